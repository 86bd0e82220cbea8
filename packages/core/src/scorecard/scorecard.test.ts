import {
  answered,
  fates,
  fullRounds,
  joined,
  manualRun,
  quadraticClients,
  rehearse,
  transferred,
} from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import { clientId } from "../plan/identity.ts";
import { uniform } from "../weighting/uniform.ts";
import { setCell } from "../base/number-table.ts";
import { CELL } from "./account.ts";
import { emptyLedger, type Ledger, noteEventInLedger } from "./ledger.ts";
import { type Measured, scorecardOf } from "./scorecard.ts";

const nothing: Measured = { secondsToTarget: null, clientAccuracies: [], accuracyPerClass: [] };

const script = fc.record({
  cohort: fc.integer({ min: 1, max: 6 }),
  overSelection: fc.constantFrom(1, 2),
  quorum: fc.constantFrom(0.3, 1),
  deadlineSeconds: fc.constantFrom(null, 0.75, 2.5),
  fates: fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 12 }),
});
const CLIENTS = quadraticClients(rootKey(3), 7, 2);

test("shares are shares, at every instant of every run", () => {
  fc.assert(
    fc.property(script, ({ fates: given, ...options }) => {
      const plan = federated({ ...fullRounds, pacing: rounds(options), versions: 5 });
      const fate = ({ id }: { readonly id: number }) => given[id % given.length] ?? "answer";
      rehearse({
        plan,
        clients: CLIENTS,
        params: new Float32Array(2),
        fate,
        watch: ({ ledger, fleet }, now) => {
          const { starvation, delay, unfairShare, bottleneck } = scorecardOf(ledger, nothing, now);
          const { contributionGap: gap, wastedWorkShare } = unfairShare;
          const shares = [delay.idleShare, gap ?? 0, wastedWorkShare];
          expect(shares.filter((share) => !(share >= 0 && share <= 1 + 1e-12))).toEqual([]);
          const fairness = starvation.participationFairness;
          expect(fairness === null).toBe(starvation.clientsNeverUsed === fleet.population);
          expect(gap === null).toBe(fairness === null);
          expect(fairness ?? 1).toBeGreaterThan(1 / Math.max(1, fleet.population) - 1e-9);
          expect(fairness ?? 1).toBeLessThan(1 + 1e-9);
          expect(bottleneck.uploadCompression ?? 1).toBeGreaterThan(0);
          expect(bottleneck.bytesLost).toBeLessThanOrEqual(bottleneck.bytesUp + bottleneck.bytesDown);
        },
      });
    }),
    { numRuns: 25 },
  );
});

test("before anything happened there is nothing to report", () => {
  expect(scorecardOf(emptyLedger(), nothing, 0)).toEqual({
    starvation: { clientsNeverUsed: 0, participationFairness: null, worstDecileAccuracy: null, accuracyPerClass: [] },
    delay: {
      secondsToTarget: null,
      stalenessP50: null,
      stalenessP95: null,
      stalenessMax: null,
      idleShare: 0,
      tasksRecalled: 0,
      updatesLate: 0,
      updatesAbandoned: 0,
      tasksFailed: 0,
    },
    unfairShare: { contributionGap: null, wastedWorkShare: 0, clientAccuracySpread: null },
    bottleneck: { bytesUp: 0, bytesDown: 0, bytesLost: 0, uploadCompression: null, serverLink: null },
  });
});

/** Three clients with 1, 1 and 2 examples in a round of two, over-selected by half, and its scorecard at 10 seconds. */
function roundByHand(measured: Measured): ReturnType<typeof scorecardOf> {
  const plan = federated({
    ...fullRounds,
    pacing: rounds({ cohort: 2, overSelection: 1.5 }),
    weighting: uniform(),
    versions: 1,
  });
  const run = manualRun(plan, new Float32Array(5), [1, 1, 2]);
  run.send(0, { kind: "started" });
  // Clients 0 and 2 answer after 4 and 6 seconds; client 1 is recalled, and answers all the same after 7.
  const taskOf = (client: number) =>
    [0, 1, 2].map((id) => run.task(id)).find((task) => Number(task.client) === client) ?? run.task(0);
  for (const client of [0, 1, 2]) run.send(1, transferred(taskOf(client), "down", 20));
  // The update of client 0 takes half the bytes; of that of client 1, which is called back, 3 were sent.
  run.send(4, transferred(taskOf(0), "up", 10));
  run.send(4, answered(taskOf(0), [1, 1, 1, 1, 1]));
  run.send(6, transferred(taskOf(2), "up", 20));
  run.send(6, answered(taskOf(2), [1, 1, 1, 1, 1]));
  run.send(6, transferred(taskOf(1), "up", 3, { cut: true }));
  run.send(7, answered(taskOf(1), [1, 1, 1, 1, 1]));
  run.send(9, { kind: "left", client: clientId(1) });
  return scorecardOf(run.machine().ledger, measured, 10);
}

describe("by hand:", () => {
  const { starvation, delay, unfairShare, bottleneck } = roundByHand({
    secondsToTarget: 6,
    clientAccuracies: [0.9, null, 0.5],
    accuracyPerClass: [1, null],
  });

  test("starvation", () => {
    // Used 1, 0 and 1 times: Jain's index is 2² / (3 · 2). The worst of two accuracies is 0.5.
    expect(starvation).toEqual({
      clientsNeverUsed: 1,
      participationFairness: 2 / 3,
      worstDecileAccuracy: 0.5,
      accuracyPerClass: [1, null],
    });
  });

  test("delay", () => {
    // Online 10 + 9 + 10 seconds, busy 4 + 6 + 6: idle is 1 − 16/29.
    expect(delay).toEqual({
      secondsToTarget: 6,
      stalenessP50: 0,
      stalenessP95: 0,
      stalenessMax: 0,
      idleShare: 1 - 16 / 29,
      tasksRecalled: 1,
      updatesLate: 1,
      updatesAbandoned: 0,
      tasksFailed: 0,
    });
  });

  test("unfair share", () => {
    // Voices ½, 0, ½ against examples ¼, ¼, ½: half of ¼ + ¼ + 0. Wasted 6 of 16 seconds. Spread of 0.9 and 0.5: 0.2.
    expect(unfairShare.contributionGap).toBe(0.25);
    expect(unfairShare.wastedWorkShare).toBe(6 / 16);
    expect(unfairShare.clientAccuracySpread).toBeCloseTo(0.2, 12);
  });

  test("bottleneck", () => {
    // 5 parameters of 4 bytes: three tasks down; three answers, of which 30 bytes arrived, stood for 60.
    expect(bottleneck).toEqual({
      bytesUp: 33,
      bytesDown: 60,
      bytesLost: 3,
      uploadCompression: 60 / 30,
      serverLink: null,
    });
  });
});

test("time that a task has taken so far is not idle", () => {
  const plan = federated({ ...fullRounds, pacing: rounds({ cohort: 2 }), versions: 1 });
  const run = manualRun(plan, new Float32Array(1), [1, 1]);
  run.send(0, { kind: "started" });
  const idleAt = (now: number): number => {
    const { ledger } = run.machine();
    return scorecardOf(ledger, nothing, now).delay.idleShare;
  };
  expect(idleAt(0)).toBe(0);
  expect(idleAt(5)).toBe(0);
  run.send(5, answered(run.task(0), [1]));
  // At 8 seconds one was busy for 5 and one for 8 of 16.
  expect(idleAt(8)).toBe(1 - 13 / 16);
});

/** Books so many seconds to the first client. */
function spend({ clients }: Ledger, used: number, wasted: number): void {
  setCell(clients, 0, CELL.usedSeconds, used);
  setCell(clients, 0, CELL.wastedSeconds, wasted);
}

test("as much wasted as used is one half wasted", () => {
  const ledger = emptyLedger();
  noteEventInLedger(ledger, joined(0), 0);
  spend(ledger, 4, 4);
  expect(scorecardOf(ledger, nothing, 10).unfairShare.wastedWorkShare).toBe(0.5);
});

test("tasks that are out or wait when the run ends went into no model either", () => {
  const plan = federated({ ...fullRounds, pacing: rounds({ cohort: 2 }), weighting: uniform(), versions: 2 });
  const run = manualRun(plan, new Float32Array(1), [1, 1]);
  const wastedAt = (now: number): number => {
    const { ledger } = run.machine();
    return scorecardOf(ledger, nothing, now).unfairShare.wastedWorkShare;
  };
  run.send(0, { kind: "started" });
  expect(wastedAt(0)).toBe(0);
  run.send(3, answered(run.task(0), [1]));
  run.send(5, answered(run.task(1), [1]));
  // Used: 3 and 5 seconds. Of the second round one task waits after 2 seconds, at 8 the other is out for 3.
  expect(wastedAt(5)).toBe(0);
  run.send(7, answered(run.task(2), [1]));
  expect(wastedAt(8)).toBe(5 / 13);
});

test("a client that was never idle is not idle by less than nothing, whatever the rounding", () => {
  const ledger = emptyLedger();
  noteEventInLedger(ledger, joined(0), 0);
  // 0.1 + 0.2 is a little more than 0.3.
  spend(ledger, 0.1, 0.2);
  expect(scorecardOf(ledger, nothing, 0.3).delay.idleShare).toBe(0);
});

test("staleness is that of used updates: its median, 95th percentile and maximum", () => {
  const ledger = emptyLedger();
  // 90 fresh, 6 one version old, 4 nine versions old.
  ledger.staleness.set(9, 4).set(0, 90).set(1, 6);
  const { delay } = scorecardOf(ledger, nothing, 0);
  expect([delay.stalenessP50, delay.stalenessP95, delay.stalenessMax]).toEqual([0, 1, 9]);
});

test("a client that came back is one client", () => {
  const plan = federated({ ...fullRounds, pacing: rounds({ cohort: 2 }), versions: 1 });
  const run = manualRun(plan, new Float32Array(1), [1]);
  run.send(1, { kind: "left", client: clientId(0) });
  run.send(2, joined(0));
  const { ledger } = run.machine();
  expect(scorecardOf(ledger, nothing, 3).starvation.clientsNeverUsed).toBe(1);
});
