/** What FedCompass makes of updates that the server converts first. */
import { answered, joined, type ManualRun, manualRun, tasksOf } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { gradientInversion } from "../conversion/gradient-inversion.ts";
import type { Command, FleetEvent } from "../plan/events.ts";
import { federated } from "../plan/federated.ts";
import { clientId } from "../plan/identity.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform } from "../weighting/uniform.ts";
import { fedCompass } from "./fed-compass.ts";

const plan = federated({
  pacing: fedCompass({ latestTimeFactor: 1.2 }),
  weighting: uniform(),
  solver: sgd({ learningRate: 0.1 }),
  work: { minimumSteps: 20, maximumSteps: 100, batchSize: 1 },
  conversion: gradientInversion({ fromStaleness: 1 }),
  versions: 100,
});

/** Lets the client answer its task of this moment. */
function answer(run: ManualRun, now: number, client: number): readonly Command[] {
  const { task } = run.machine().fleet.client(clientId(client));
  if (task === null) throw new Error(`client ${client} has no task`);
  return run.send(now, answered(run.task(task), [1]));
}

const kinds = (commands: readonly Command[]): readonly string[] => commands.map(({ kind }) => kind);

/** Client and steps of each task. */
function given(commands: readonly Command[]): readonly (readonly [number, number])[] {
  return tasksOf(commands).map(({ client, work }) => [client, "steps" in work ? work.steps : 0]);
}

/** The event that the conversion which is asked for in these commands is done. */
function conversionOf(commands: readonly Command[]): FleetEvent {
  const command = commands.find(({ kind }) => kind === "convert");
  if (command?.kind !== "convert") throw new Error("nothing is converted");
  const { client, task } = command;
  return { kind: "converted", client, task, params: Float32Array.of(2) };
}

function started(clients: number): ManualRun {
  const run = manualRun(plan, new Float32Array(1), new Array<number>(clients).fill(1));
  run.send(0, { kind: "started" });
  return run;
}

const timer = (group: number) => ({ kind: "timer", name: `latest time of group ${group}` }) as const;

/** Two clients that get 100 steps each; the first takes 0.1 s for one, the second 0.3 s: its update, at 30 s, is too late. */
function late(): { readonly run: ManualRun; readonly commands: readonly Command[] } {
  const run = started(2);
  answer(run, 10, 0);
  run.send(12, timer(1));
  answer(run, 22, 0);
  return { run, commands: answer(run, 30, 1) };
}

test("who comes too late has new work at once, by the speed it came with, while its update is converted", () => {
  const { run, commands } = late();
  // 0.3 s a step. The group of client 0 is back at 34 + 10 from its next task: ⌊14 / 0.3⌋ = 46 steps, expected after 13.8.
  expect(kinds(commands)).toEqual(["convert", "assign", "timer"]);
  expect(given(commands)).toEqual([[1, 46]]);
  expect(commands[2]).toMatchObject({ after: expect.closeTo(1.2 * 46 * 0.3 * (1 + 1e-9), 9) });
  // Once converted it is in the general buffer, and in the next version that is published.
  expect(run.send(31, conversionOf(commands))).toEqual([]);
  const [publication] = answer(run, 32, 0);
  expect(publication?.kind === "publish" && publication.contributions.map(({ client }) => Number(client))).toEqual([
    0, 1,
  ]);
});

test("an update that is converted while its client comes back says nothing of the client's new task", () => {
  const { run, commands } = late();
  run.send(40, { kind: "left", client: clientId(1) });
  run.send(50, joined(1));
  const { task } = run.machine().fleet.client(clientId(1));
  expect(run.send(60, conversionOf(commands))).toEqual([]);
  expect(run.machine().fleet.client(clientId(1)).task).toBe(task);
  // It has taken 0.3 s and now 30 s / 100 for a step: the group that it opens next is as long as that makes it.
  const again = answer(run, 80, 1);
  const [, steps] = given(again)[0] ?? [];
  const opened = again.find(({ kind }) => kind === "timer");
  expect(opened).toMatchObject({ after: expect.closeTo(1.2 * (steps ?? 0) * 0.3 * (1 + 1e-9), 9) });
});

/**
 * Three clients that take 0.2, 0.25 and 0.1 s a step. The first two come too late for the first group, and are in one from 25
 * on, the third, which is to arrive at 34. The last joins them with version 3, so that its update is fresh and theirs are old.
 */
function paired(): ManualRun {
  const run = started(3);
  answer(run, 10, 2);
  run.send(12, timer(1));
  // ⌊(24 + 10 − 20) / 0.2⌋ = 70 steps, and ⌊(34 − 25) / 0.25⌋ = 36 with them.
  expect(given(answer(run, 20, 0))).toEqual([[0, 70]]);
  answer(run, 22, 2);
  expect(given(answer(run, 25, 1))).toEqual([[1, 36]]);
  // ⌊(34 − 32) / 0.1⌋ = 20 steps, the fewest.
  expect(given(answer(run, 32, 2))).toEqual([[2, 20]]);
  return run;
}

describe("an update that comes in time and is converted", () => {
  test("is waited for by its group, and its client with it", () => {
    const run = paired();
    const [first, second] = [answer(run, 34, 0), answer(run, 34, 1)];
    expect([kinds(first), kinds(second), answer(run, 34, 2)]).toEqual([["convert"], ["convert"], []]);
    run.restore();
    expect(run.send(35, conversionOf(second))).toEqual([]);
    const commands = run.send(36, conversionOf(first));
    expect(kinds(commands)[0]).toBe("publish");
    expect(given(commands).map(([client]) => client)).toEqual([2, 0, 1]);
  });

  test("counts as too late where others are there at the latest time, and its client has new work with them", () => {
    const run = paired();
    const [first, second] = [answer(run, 34, 0), answer(run, 34, 1)];
    run.send(35, conversionOf(second));
    const commands = run.send(36.8, timer(3));
    const [publication] = commands;
    expect(publication?.kind === "publish" && publication.contributions.map(({ client }) => Number(client))).toEqual([
      1,
    ]);
    expect(given(commands).map(([client]) => client)).toEqual([0, 1]);
    expect(run.send(40, conversionOf(first))).toEqual([]);
  });

  test("is waited for at the latest time where nothing else is there, and who comes then is too late", () => {
    const run = paired();
    const first = answer(run, 34, 0);
    expect(run.send(36.8, timer(3))).toEqual([]);
    expect(kinds(answer(run, 38, 1)).slice(0, 2)).toEqual(["convert", "assign"]);
    const commands = run.send(40, conversionOf(first));
    expect(kinds(commands)[0]).toBe("publish");
    expect(given(commands).map(([client]) => client)).toEqual([0]);
  });
});
