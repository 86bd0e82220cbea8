import { clientId, type Command, type FleetEvent, taskId } from "@potluck/core";
import { expect, test } from "vitest";
import { noAnswers, noteAnswers } from "./answer-tally.ts";

const [client, task] = [clientId(1), taskId(7)];
const update = { payload: new Uint8Array(4), examples: 1, steps: 1, trainLoss: 0 };
const spent = { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 };
const answered: FleetEvent = { kind: "update", client, task, update: { ...update, spent } };

function refused(changes: Partial<Command & { readonly kind: "refuse" }>): Command {
  return { kind: "refuse", client, task, refusal: "invalid", rule: "norm", detail: "too long", ...changes };
}

test("an answer counts as accepted unless it is refused, and what is refused by its rule", () => {
  const tally = noAnswers();
  noteAnswers(tally, 1, answered, []);
  noteAnswers(tally, 2, answered, [refused({})]);
  noteAnswers(tally, 3, answered, [refused({ rule: "examples" })]);
  noteAnswers(tally, 4, answered, [refused({ refusal: "late" })]);
  // Another one of the round that ends with it is abandoned.
  noteAnswers(tally, 5, answered, [refused({ refusal: "abandoned", task: taskId(3) })]);
  // The one that ends the round is abandoned with it.
  noteAnswers(tally, 5.5, answered, [refused({ refusal: "abandoned" })]);
  noteAnswers(tally, 6, { kind: "left", client }, [refused({ refusal: "abandoned" })]);
  const { accepted, late, abandoned, invalid, refused: last } = tally;
  expect({ accepted, late, abandoned }).toEqual({ accepted: 3, late: 1, abandoned: 3 });
  expect([...invalid]).toEqual([
    ["norm", 1],
    ["examples", 1],
  ]);
  expect(last.map(({ at }) => at)).toEqual([2, 3, 4, 5, 5.5, 6]);
});

test("of those refused the last hundred are remembered", () => {
  const tally = noAnswers();
  for (let at = 0; at < 250; at++) noteAnswers(tally, at, answered, [refused({})]);
  expect(tally.invalid.get("norm")).toBe(250);
  expect(tally.refused).toHaveLength(100);
  expect(tally.refused[0]?.at).toBe(150);
});
