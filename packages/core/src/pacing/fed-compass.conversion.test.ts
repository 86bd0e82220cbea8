/** What FedCompass makes of updates that the server converts first. */
import { answered, joined, type ManualRun, manualRun } from "@potluck/testkit";
import { expect, test } from "vitest";
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

/** Two clients that get 100 steps each; the first takes 0.1 s for one, the second 0.3 s: its update, at 30 s, is to be converted. */
function converting(): { readonly run: ManualRun; readonly converted: FleetEvent } {
  const run = manualRun(plan, new Float32Array(1), [1, 1]);
  run.send(0, { kind: "started" });
  answer(run, 10, 0);
  run.send(12, { kind: "timer", name: "latest time of group 1" });
  answer(run, 22, 0);
  const [command] = answer(run, 30, 1);
  if (command?.kind !== "convert") throw new Error("nothing is converted");
  const { client, task } = command;
  return { run, converted: { kind: "converted", client, task, params: Float32Array.of(2) } };
}

test("the time for which an update is converted is not its client's: a step has taken it 30 s / 100", () => {
  const { run, converted } = converting();
  // It opens a group of 100 steps, whose latest time is 1.2 · 100 · 0.3 s from now.
  expect(run.send(130, converted)).toMatchObject([
    { kind: "assign", task: { client: 1, work: { steps: 100 } } },
    { kind: "timer", after: expect.closeTo(36, 9) },
  ]);
});

test("an update that is converted while its client comes back says nothing of the client's new task", () => {
  const { run, converted } = converting();
  run.send(40, { kind: "left", client: clientId(1) });
  run.send(50, joined(1));
  expect(run.machine().fleet.client(clientId(1)).task).not.toBe(null);
  expect(run.send(60, converted)).toEqual([]);
  // Its new task has taken 30 s for 100 steps since it came back, which is all that is known of its speed.
  expect(answer(run, 80, 1)).toMatchObject([
    { kind: "assign", task: { client: 1, work: { steps: 100 } } },
    { kind: "timer", after: expect.closeTo(36, 9) },
  ]);
});
