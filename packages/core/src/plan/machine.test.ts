import { answered, fullRounds, joined, manualRun, quadraticClients, rehearse } from "@potluck/testkit";
import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { rounds } from "../pacing/rounds.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { federated } from "./federated.ts";
import { clientId, taskId } from "./identity.ts";
import { type MachineSetup, restoreMachine, startMachine } from "./machine.ts";
import type { Plan } from "./strategy.ts";

const plan = federated({ ...fullRounds, pacing: rounds({ cohort: 2 }), versions: 5 });
const setup: MachineSetup = { plan, params: Float32Array.of(1, 2), key: rootKey(5), kernels: plainKernels };

test("the same history has the same bytes, and another has others", () => {
  const [one, other] = [startMachine(setup), startMachine(setup)];
  for (const machine of [one, other]) machine.handle(0, joined(0, 4));
  expect(one.snapshot()).toEqual(other.snapshot());
  one.handle(1, joined(1));
  expect(one.snapshot()).not.toEqual(other.snapshot());
  other.handle(2, joined(1));
  expect(one.snapshot()).not.toEqual(other.snapshot());
});

test("taking a snapshot changes nothing, and nothing changes a snapshot", () => {
  const machine = startMachine(setup);
  machine.handle(0, joined(0));
  const before = machine.snapshot();
  const kept = before.slice();
  expect(machine.snapshot()).toEqual(before);
  machine.handle(1, joined(1));
  machine.handle(1, { kind: "started" });
  expect(before).toEqual(kept);
});

test("a restored machine has the fleet and the ledger of the one it was taken from, and a life of its own", () => {
  const original = startMachine(setup);
  original.handle(0, joined(0, 7));
  const restored = restoreMachine(setup, original.snapshot());
  expect(restored.fleet.client(clientId(0))).toEqual(original.fleet.client(clientId(0)));
  expect(restored.fleet.available).toBe(1);
  expect(restored.ledger).toEqual(original.ledger);
  restored.handle(1, joined(1));
  expect([original.fleet.population, restored.fleet.population]).toEqual([1, 2]);
  expect([original.ledger.clients.rows, restored.ledger.clients.rows]).toEqual([1, 2]);
});

test("a machine goes on alike from every event of a run", () => {
  const clients = quadraticClients(rootKey(1), 4, 2);
  const straight = rehearse({ plan, clients, params: new Float32Array(2) });
  const restoring = rehearse({ plan, clients, params: new Float32Array(2), restoring: true });
  expect(restoring.commands).toEqual(straight.commands);
  expect(restoring.machine.snapshot()).toEqual(straight.machine.snapshot());
});

test("what a strategy asks for shows in the fleet at once: nobody is given two tasks by one event", () => {
  const run = manualRun(
    federated({ ...fullRounds, pacing: rounds({ cohort: 3, quorum: 0.1 }), versions: 5 }),
    setup.params,
    [1, 1, 1],
  );
  run.send(0, { kind: "started" });
  expect(run.machine().fleet.available).toBe(0);
  const seen: number[] = [];
  const watching: Plan = {
    ...plan,
    strategy: {
      init: () => 0,
      handle: (_, event, { fleet, issue }) => {
        if (event.kind !== "started") return;
        seen.push(fleet.available);
        issue({ kind: "assign", task: { ...run.task(0), client: clientId(0), id: taskId(0) } });
        seen.push(fleet.available);
        issue({ kind: "recall", client: clientId(0), task: taskId(0) });
        seen.push(fleet.available);
      },
    },
  };
  const machine = startMachine({ ...setup, plan: watching });
  machine.handle(0, joined(0));
  const commands = machine.handle(0, { kind: "started" });
  expect(seen).toEqual([1, 0, 1]);
  expect(commands.map(({ kind }) => kind)).toEqual(["assign", "recall"]);
});

test("an event is in the books before the strategy hears of it", () => {
  const run = manualRun(federated({ ...fullRounds, pacing: rounds({ cohort: 1 }), versions: 5 }), setup.params, [1]);
  run.send(0, { kind: "started" });
  // The only client is free for the next task within the event that brings its answer.
  expect(run.send(3, answered(run.task(0), [1, 1])).map(({ kind }) => kind)).toEqual(["publish", "assign"]);
  expect(run.machine().fleet.client(clientId(0))).toMatchObject({ timesAsked: 2, timesAnswered: 1, lastSeen: 3 });
});

test("the first model may lie in shared memory", () => {
  const shared = new Float32Array(new SharedArrayBuffer(8));
  shared.set([3, 4]);
  const machine = startMachine({ ...setup, params: shared });
  expect(restoreMachine(setup, machine.snapshot()).snapshot()).toEqual(machine.snapshot());
});
