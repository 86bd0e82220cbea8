import {
  answered,
  fates,
  fullRounds,
  joined,
  type ManualRun,
  manualRun,
  quadraticClients,
  rehearse,
  transferred,
} from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import { rootKey } from "../base/key.ts";
import { rounds, type RoundsOptions } from "../pacing/rounds.ts";
import type { FleetEvent } from "../plan/events.ts";
import { federated } from "../plan/federated.ts";
import { clientId, taskId } from "../plan/identity.ts";
import { uniform } from "../weighting/uniform.ts";
import type { ClientAccount } from "./account.ts";
import { clientTimes, pendingSeconds, pendingTasks } from "./client-times.ts";
import { accountsOf, emptyLedger, type Ledger, noteCommandInLedger, noteEventInLedger } from "./ledger.ts";

const script = fc.record({
  pacing: fc.record({
    cohort: fc.integer({ min: 1, max: 6 }),
    overSelection: fc.constantFrom(1, 1.5, 2),
    quorum: fc.constantFrom(0.3, 0.5, 1),
    deadlineSeconds: fc.constantFrom(null, 0.75, 2.5, 7),
  }),
  fates: fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 12 }),
  seed: fc.nat({ max: 100 }),
});
const CLIENTS = quadraticClients(rootKey(3), 7, 2);

/** The sum over all clients. */
function sum(ledger: Ledger, of: (account: ClientAccount) => number): number {
  return accountsOf(ledger).reduce((total, account) => total + of(account), 0);
}

/** What does not add up in a ledger at an instant, in words. */
function mistakes(ledger: Ledger, now: number): readonly string[] {
  const { recalled, failed, refused, versions } = ledger;
  const pending = pendingTasks(ledger);
  const used = sum(ledger, ({ timesUsed }) => timesUsed);
  const asked = sum(ledger, ({ timesAsked }) => timesAsked);
  const ended = used + recalled + failed + refused.abandoned + refused.invalid;
  const waiting = pendingSeconds(ledger, now);
  const times = [...clientTimes(ledger, now)];
  const overworked = times.filter(({ idleSeconds, offlineSeconds }) => Math.min(idleSeconds, offlineSeconds) < -1e-9);
  const bytes = { up: sum(ledger, ({ bytesUp }) => bytesUp), down: sum(ledger, ({ bytesDown }) => bytesDown) };
  const lost = sum(ledger, ({ bytesLost }) => bytesLost);
  return [
    ended + pending === asked ? [] : [`${asked} tasks, of which ${ended} ended and ${pending} did not`],
    Math.abs(sum(ledger, ({ contribution }) => contribution) - versions) < 1e-9
      ? []
      : ["voices that are not the versions"],
    overworked.length === 0 ? [] : ["work without being there"],
    times.every((time) => Math.abs(time.busySeconds + time.idleSeconds + time.offlineSeconds - now) < 1e-9)
      ? []
      : ["time that went nowhere"],
    bytes.up === ledger.bytes.up && bytes.down === ledger.bytes.down ? [] : ["bytes of nobody"],
    lost === ledger.bytes.lostUp + ledger.bytes.lostDown ? [] : ["losses of nobody"],
    lost <= bytes.up + bytes.down ? [] : ["more lost than sent"],
    [...ledger.staleness.values()].reduce((total, count) => total + count, 0) === used
      ? []
      : ["staleness of unused updates"],
    [...waiting.values()].every((seconds) => seconds >= 0) ? [] : ["negative time"],
  ].flat();
}

test("at every instant each task is used, wasted or pending; voices are versions; nobody works without being there", () => {
  fc.assert(
    fc.property(script, (given) => {
      const plan = federated({ ...fullRounds, pacing: rounds(given.pacing), versions: 6 });
      const fate = ({ id }: { readonly id: number }) => given.fates[id % given.fates.length] ?? "answer";
      const found: string[] = [];
      const watch = ({ ledger }: { readonly ledger: Ledger }, now: number): void => {
        found.push(...mistakes(ledger, now));
      };
      const { machine } = rehearse({
        plan,
        clients: CLIENTS,
        params: new Float32Array(2),
        fate,
        seed: given.seed,
        watch,
      });
      expect(found).toEqual([]);
      expect(decodePlain(encodePlain(machine.ledger))).toEqual(machine.ledger);
    }),
    { numRuns: 80 },
  );
});

test("the ledger is a function of events and commands: written down again it is the same", () => {
  const again = emptyLedger();
  const events: (readonly [number, FleetEvent])[] = [];
  const plan = federated({
    ...fullRounds,
    pacing: rounds({ cohort: 3, overSelection: 1.5, deadlineSeconds: 2.5, quorum: 0.5 }),
    versions: 4,
  });
  const recording = {
    ...plan,
    strategy: {
      ...plan.strategy,
      handle: (...[state, event, context]: Parameters<typeof plan.strategy.handle>): void => {
        noteEventInLedger(again, event, context.now);
        events.push([context.now, event]);
        const issue: typeof context.issue = (command) => {
          noteCommandInLedger(again, command, context.now);
          context.issue(command);
        };
        plan.strategy.handle(state, event, { ...context, issue });
      },
    },
  };
  const { machine } = rehearse({
    plan: recording,
    clients: CLIENTS,
    params: new Float32Array(2),
    fate: ({ id }) => fates[id % fates.length] ?? "answer",
  });
  expect(events.length).toBeGreaterThan(20);
  expect(again).toEqual(machine.ledger);
});

/** A run of one parameter in rounds that count every client the same, which has started at 0. */
function startedRun(options: RoundsOptions, clients: number): ManualRun {
  const plan = federated({ ...fullRounds, pacing: rounds(options), weighting: uniform(), versions: 3 });
  const run = manualRun(plan, Float32Array.of(0), new Array<number>(clients).fill(1));
  run.send(0, { kind: "started" });
  return run;
}

/** The account of the client that was given a task. */
function accountOf(run: ManualRun, task: number): ClientAccount | undefined {
  return accountsOf(run.machine().ledger)[run.task(task).client];
}

describe("by hand:", () => {
  test("used, wasted and pending time", () => {
    const run = startedRun({ cohort: 2, overSelection: 1.5 }, 3);
    // Task 0 is answered after 3 seconds and waits; task 1 closes the round after 5; task 2 is recalled then.
    run.send(3, answered(run.task(0), [1]));
    const { ledger } = run.machine();
    expect(pendingSeconds(ledger, 4)).toEqual(
      new Map([
        [run.task(0).client, 3],
        [run.task(1).client, 4],
        [run.task(2).client, 4],
      ]),
    );
    expect(accountOf(run, 0)).toMatchObject({ usedSeconds: 0, wastedSeconds: 0 });
    run.send(5, answered(run.task(1), [1]));
    expect(accountOf(run, 0)).toMatchObject({ usedSeconds: 3, wastedSeconds: 0, timesUsed: 1, contribution: 0.5 });
    expect(accountOf(run, 1)).toMatchObject({ usedSeconds: 5, wastedSeconds: 0, timesUsed: 1, contribution: 0.5 });
    expect(accountOf(run, 2)).toMatchObject({ usedSeconds: 0, wastedSeconds: 5, timesUsed: 0, contribution: 0 });
    expect(ledger).toMatchObject({ recalled: 1, failed: 0, versions: 1, bytesPerModel: 4 });
    expect(ledger.staleness).toEqual(new Map([[0, 2]]));
  });

  test("bytes are those that went over the link, and what was cut off is lost", () => {
    const run = startedRun({ cohort: 1, overSelection: 2 }, 2);
    const [fast, slow] = [run.task(0), run.task(1)];
    run.send(1, transferred(fast, "down", 4));
    run.send(1, transferred(slow, "down", 3, { cut: true }));
    run.send(2, transferred(fast, "up", 5));
    run.send(2, answered(fast, [1]));
    run.send(3, transferred(fast, "up", 1, { cut: true }));
    const { bytes, publishedBytes } = run.machine().ledger;
    const clients = accountsOf(run.machine().ledger);
    expect(clients[fast.client]).toMatchObject({ bytesUp: 6, bytesDown: 4, bytesLost: 1 });
    expect(clients[slow.client]).toMatchObject({ bytesUp: 0, bytesDown: 3, bytesLost: 3 });
    expect(bytes).toEqual({ up: 6, down: 7, lostUp: 1, lostDown: 3 });
    expect(publishedBytes).toEqual({ up: 5, down: 7, lostUp: 0, lostDown: 3 });
  });

  test("a late answer is an answer, and is not used", () => {
    const run = startedRun({ cohort: 1, overSelection: 2 }, 2);
    const slow = run.task(1).client;
    run.send(1, answered(run.task(0), [1]));
    run.send(2, answered(run.task(1), [1]));
    expect(accountsOf(run.machine().ledger)[slow]).toMatchObject({ timesAnswered: 1, timesUsed: 0 });
    expect(run.machine().ledger.refused).toEqual({ late: 1, abandoned: 0, invalid: 0 });
  });

  test("a client that is known and never joins was offline all the time", () => {
    const run = startedRun({ cohort: 1 }, 1);
    run.send(2, { kind: "enrolled", client: clientId(1), profile: { examples: 1, tier: "manual" } });
    run.send(4, { kind: "enrolled", client: clientId(1), profile: { examples: 2, tier: "manual" } });
    const { ledger, fleet } = run.machine();
    expect([...clientTimes(ledger, 10)][1]).toEqual({ busySeconds: 0, idleSeconds: 0, offlineSeconds: 10 });
    expect(fleet).toMatchObject({ population: 2, available: 0 });
    expect(fleet.client(clientId(1)).profile.examples).toBe(2);
    run.send(10, joined(1));
    expect(fleet.available).toBe(1);
    expect([...clientTimes(ledger, 13)][1]).toEqual({ busySeconds: 0, idleSeconds: 3, offlineSeconds: 10 });
  });

  test("time online, across leaving and coming back", () => {
    const run = startedRun({ cohort: 2 }, 1);
    run.send(10, { kind: "left", client: clientId(0) });
    expect(accountsOf(run.machine().ledger)[0]).toMatchObject({ onlineSeconds: 10, onlineSince: null });
    run.send(25, joined(0));
    run.send(26, joined(0));
    expect(accountsOf(run.machine().ledger)[0]).toMatchObject({ onlineSeconds: 10, onlineSince: 25 });
    run.send(30, { kind: "left", client: clientId(0) });
    run.send(31, { kind: "left", client: clientId(0) });
    expect(accountsOf(run.machine().ledger)[0]).toMatchObject({ onlineSeconds: 15, onlineSince: null });
  });
});

describe("a task that came to nothing is wasted once, for the right reason:", () => {
  test.each<[string, (run: ManualRun) => FleetEvent, Partial<Ledger>]>([
    [
      "its client failed",
      (run) => ({ kind: "failed", client: run.task(0).client, task: run.task(0).id, reason: "x" }),
      { failed: 1 },
    ],
    ["its client left", (run) => ({ kind: "left", client: run.task(0).client }), { failed: 1 }],
    ["its client came back without it", (run) => joined(run.task(0).client), { failed: 1 }],
    [
      "its update was refused",
      (run) => answered(run.task(0), [Number.NaN]),
      { refused: { late: 0, abandoned: 0, invalid: 1 } },
    ],
  ])("%s", (_, eventOf, expected) => {
    const run = startedRun({ cohort: 3 }, 3);
    run.send(4, eventOf(run));
    expect(run.machine().ledger).toMatchObject(expected);
    expect(accountOf(run, 0)).toMatchObject({ wastedSeconds: 4, usedSeconds: 0, timesUsed: 0 });
    expect(accountsOf(run.machine().ledger)[run.task(0).client]?.taskOut).toBeNull();
    expect(pendingTasks(run.machine().ledger)).toBe(2);
  });

  test("its round was abandoned: what it took counts, not how long it waited", () => {
    const run = startedRun({ cohort: 2, deadlineSeconds: 9 }, 2);
    run.send(4, answered(run.task(0), [1]));
    run.send(9, { kind: "timer", name: "deadline of round 1" });
    expect(accountOf(run, 0)).toMatchObject({ wastedSeconds: 4, usedSeconds: 0 });
    expect(accountOf(run, 1)).toMatchObject({ wastedSeconds: 9, usedSeconds: 0 });
    expect(run.machine().ledger).toMatchObject({ recalled: 1, refused: { late: 0, abandoned: 1, invalid: 0 } });
  });
});

describe("what a client did is not undone by what comes later:", () => {
  test("a second answer does not waste the first, nor make it take longer", () => {
    const run = startedRun({ cohort: 2 }, 2);
    run.send(3, answered(run.task(0), [1]));
    run.send(7, answered(run.task(0), [9]));
    run.send(8, answered(run.task(1), [1]));
    expect(accountOf(run, 0)).toMatchObject({ usedSeconds: 3, wastedSeconds: 0, timesUsed: 1, timesAnswered: 2 });
  });

  test("a failure after the answer does not waste it", () => {
    const run = startedRun({ cohort: 2 }, 2);
    run.send(3, answered(run.task(0), [1]));
    run.send(4, { kind: "failed", client: run.task(0).client, task: run.task(0).id, reason: "x" });
    run.send(8, answered(run.task(1), [1]));
    expect(accountOf(run, 0)).toMatchObject({ usedSeconds: 3, wastedSeconds: 0, timesUsed: 1 });
    expect(run.machine().ledger.failed).toBe(0);
  });

  test("a client that leaves after its answer has not worked in vain", () => {
    const run = startedRun({ cohort: 2 }, 2);
    run.send(3, answered(run.task(0), [1]));
    run.send(5, { kind: "left", client: run.task(0).client });
    run.send(8, answered(run.task(1), [1]));
    expect(accountOf(run, 0)).toMatchObject({ usedSeconds: 3, wastedSeconds: 0, timesUsed: 1, onlineSeconds: 5 });
  });

  test("another client can neither answer nor fail it", () => {
    const run = startedRun({ cohort: 2 }, 2);
    const [mine, other] = [run.task(0), run.task(1)];
    run.send(1, answered({ ...mine, client: other.client }, [9]));
    run.send(2, { kind: "failed", client: other.client, task: mine.id, reason: "x" });
    expect(pendingSeconds(run.machine().ledger, 2).get(mine.client)).toBe(2);
    run.send(3, answered(mine, [1]));
    run.send(8, answered(other, [1]));
    expect(accountOf(run, 0)).toMatchObject({ usedSeconds: 3, wastedSeconds: 0, timesUsed: 1 });
    expect(run.machine().ledger).toMatchObject({ failed: 0, refused: { late: 1, abandoned: 0, invalid: 0 } });
  });
});

test("a task that has ended cannot be recalled or fail any more", () => {
  const ledger = emptyLedger();
  noteEventInLedger(ledger, joined(0), 0);
  noteCommandInLedger(ledger, { kind: "recall", client: clientId(0), task: taskId(9) }, 1);
  noteEventInLedger(ledger, { kind: "failed", client: clientId(0), task: taskId(9), reason: "x" }, 1);
  expect(ledger).toMatchObject({ recalled: 0, failed: 0 });
  expect(accountsOf(ledger)[0]?.wastedSeconds).toBe(0);
});

test("clients that never joined have no account", () => {
  expect(() => {
    noteEventInLedger(emptyLedger(), { kind: "left", client: clientId(0) }, 0);
  }).toThrow("the account of client 0 is missing");
});
