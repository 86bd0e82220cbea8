/** What an abandoned window leaves behind: nothing. */
import { answered, type ManualRun, manualRun, tasksOf } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { afaCs } from "../aggregation/afa-cs.ts";
import { sum } from "../aggregation/sum.ts";
import { rounds } from "../pacing/rounds.ts";
import { fedAu } from "../participation/fed-au.ts";
import { inverse } from "../participation/inverse.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform } from "../weighting/uniform.ts";
import type { Command } from "./events.ts";
import { federated } from "./federated.ts";
import type { FederatedOptions } from "./federated-parts.ts";

/** Three clients in rounds of which two updates make a version. */
function started(changes: Partial<FederatedOptions>): ManualRun {
  const plan = federated({
    pacing: rounds({ cohort: 4, quorum: 0.5 }),
    weighting: uniform(),
    solver: sgd({ learningRate: 0.1 }),
    work: { steps: 1, batchSize: 1 },
    versions: 100,
    ...changes,
  });
  const run = manualRun(plan, new Float32Array(2), [1, 1, 1]);
  run.send(0, { kind: "started" });
  return run;
}

/** A round in which these clients answer, in this order, with what they trained; then the others fail. */
function round(run: ManualRun, answers: Readonly<Record<number, readonly number[]>>): readonly Command[] {
  const tasks = tasksOf(run.commands()).slice(-3);
  const answering = tasks.filter(({ client }) => client in answers).toSorted((a, b) => a.client - b.client);
  return [
    ...answering.flatMap((task) => run.send(1, answered(task, answers[task.client] ?? []))),
    ...tasks
      .filter((task) => !answering.includes(task))
      .flatMap(({ client, id }) => run.send(1, { kind: "failed", client, task: id, reason: "scripted" })),
  ];
}

function publishedIn(commands: readonly Command[]): readonly (Command & { readonly kind: "publish" })[] {
  return commands.filter((command) => command.kind === "publish");
}

const ABANDONED = expect.objectContaining({ kind: "refuse", client: 0, refusal: "abandoned" });

describe("an update that is refused as abandoned", () => {
  test("does not count where updates last", () => {
    const run = started({ aggregation: afaCs() });
    expect(round(run, { 0: [900, 0] })).toContainEqual(ABANDONED);
    // The others alone are published: what the first said is not in the mean of (0, 4) and (0, 6).
    const [published] = publishedIn(round(run, { 1: [0, 4], 2: [0, 6] }));
    expect(published?.params).toEqual(Float32Array.of(0, 5));
  });

  test("leaves what its client said before in its place", () => {
    const run = started({ aggregation: afaCs() });
    round(run, { 0: [3, 0], 1: [0, 3], 2: [0, 3] });
    expect(round(run, { 0: [900, 0] })).toContainEqual(ABANDONED);
    // From (1, 2), the others say the same again: (3 + 0 + 0, 0 + 3 + 3) / 3 once more.
    const [published] = publishedIn(round(run, { 1: [1, 5], 2: [1, 5] }));
    expect(published?.params).toEqual(Float32Array.of(2, 4));
  });
});

test.each([inverse(), fedAu()])(
  "an abandoned round is no interval: $part.name corrects nothing where all are heard",
  (participation) => {
    const run = started({ participation, aggregation: sum({ divideBy: "clients" }) });
    for (let turn = 0; turn < 2; turn++) expect(round(run, { 0: [1, 0] })).toContainEqual(ABANDONED);
    const versions = Array.from({ length: 3 }, () =>
      publishedIn(round(run, { 0: [1, 0], 1: [0, 1], 2: [0, 0] })),
    ).flat();
    expect(versions.map(({ contributions }) => contributions.map(({ factor }) => factor))).toEqual(
      versions.map(() => [1, 1, 1]),
    );
    expect(versions.length).toBe(3);
  },
);
