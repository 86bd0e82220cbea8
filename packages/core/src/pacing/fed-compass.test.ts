import {
  answered,
  joined,
  manualRun,
  type ManualRun,
  pacingConformance,
  strategyConformance,
  tasksOf,
} from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { sum } from "../aggregation/sum.ts";
import { clientId } from "../plan/identity.ts";
import type { Command } from "../plan/events.ts";
import { federated } from "../plan/federated.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform } from "../weighting/uniform.ts";
import { fedCompass } from "./fed-compass.ts";

const work = { minimumSteps: 20, maximumSteps: 100, batchSize: 1 };

// Four numbers: the speed of a client, its steps, since when, and its group.
pacingConformance({ name: "FedCompass", pacing: () => fedCompass(), work, ownBytes: 32 });

strategyConformance({
  name: "FedCompass",
  plan: (versions) =>
    federated({
      pacing: fedCompass(),
      weighting: uniform(),
      aggregation: sum(),
      serverOptimizer: serverSgd({ learningRate: 0.2 }),
      solver: sgd({ learningRate: 0.05 }),
      work: { minimumSteps: 2, maximumSteps: 10, batchSize: 1 },
      versions,
    }),
  weights: "absolute",
  objective: "per client",
  declined: [
    {
      law: "converges on a quadratic",
      reason: "the clients of the suite take as long however little they are asked to do, so that groups come apart",
    },
  ],
});

const options = {
  pacing: fedCompass({ latestTimeFactor: 1.2, speedMomentum: 0.9 }),
  weighting: uniform(),
  aggregation: sum(),
  solver: sgd({ learningRate: 0.1 }),
  work,
  versions: 100,
};
const plan = federated(options);

function started(clients: number): ManualRun {
  const run = manualRun(plan, new Float32Array(1), new Array<number>(clients).fill(1));
  run.send(0, { kind: "started" });
  return run;
}

const kinds = (commands: readonly Command[]): readonly string[] => commands.map(({ kind }) => kind);

/** Client and steps of each task. */
function given(commands: readonly Command[]): readonly (readonly [number, unknown])[] {
  return tasksOf(commands).map(({ client, work: asked }) => [Number(client), asked]);
}

const steps = (count: number) => ({ steps: count, batchSize: 1 });

/** Lets the client answer its task of this moment. */
function answer(run: ManualRun, now: number, client: number): readonly Command[] {
  const { task } = run.machine().fleet.client(clientId(client));
  if (task === null) throw new Error(`client ${client} has no task`);
  return run.send(now, answered(run.task(task), [1]));
}

const timer = (group: number) => ({ kind: "timer", name: `latest time of group ${group}` }) as const;

describe("in the beginning", () => {
  test("everyone gets the most steps, and the first that arrives says how long the others are waited for", () => {
    const run = started(3);
    expect(given(run.commands())).toEqual([0, 1, 2].map((client) => [client, steps(100)]));
    // 100 seconds for 100 steps: λ · 100 = 120 is the latest time, and a billionth of it more is in time.
    expect(answer(run, 100, 0)).toEqual([{ ...timer(1), after: 20 + 120e-9 }]);
    expect(answer(run, 110, 1)).toEqual([]);
    // At the latest time the two that are there are aggregated, and get new work, the faster one first.
    const commands = run.send(120, timer(1));
    expect(kinds(commands)).toEqual(["publish", "assign", "timer", "assign"]);
    // 1 s and 1.1 s a step: the first opens a group for 220 s, the other has ⌊100 / 1.1⌋ steps until then.
    expect(given(commands)).toEqual([
      [0, steps(100)],
      [1, steps(90)],
    ]);
  });

  test("who is too late goes into the general buffer, and is aggregated with the next group", () => {
    const run = started(3);
    answer(run, 100, 0);
    answer(run, 110, 1);
    run.send(120, timer(1));
    // 1.6 s a step: ⌊(220 − 160) / 1.6⌋ = 37 steps, with the group that is on its way.
    expect(given(answer(run, 160, 2))).toEqual([[2, steps(37)]]);
    answer(run, 219, 1);
    answer(run, 219.2, 2);
    const commands = answer(run, 220, 0);
    const [publication] = commands;
    if (publication?.kind !== "publish") throw new Error("nothing was published");
    // Those of the group started from version 1; the late update was made from version 0 and so was the one that left since.
    expect(publication.contributions.map(({ client, staleness }) => [Number(client), staleness])).toEqual([
      [1, 0],
      [2, 0],
      [0, 0],
      [2, 1],
    ]);
  });
});

describe("clients with equal speeds", () => {
  test("arrive together: rounds of everybody", () => {
    const run = started(3);
    for (const round of [1, 2, 3, 4]) {
      const now = 100 * round;
      expect(kinds(answer(run, now, 0)).filter((kind) => kind !== "timer")).toEqual([]);
      expect(answer(run, now, 1)).toEqual([]);
      const commands = answer(run, now, 2);
      expect(kinds(commands)).toEqual(["publish", "assign", "timer", "assign", "assign"]);
      expect(given(commands).map(([, asked]) => asked)).toEqual([steps(100), steps(100), steps(100)]);
      expect(run.machine().ledger.versions).toBe(round);
    }
  });
});

test("with λ = 1 who arrives at the latest time is in time, even where timers of that instant run off first", () => {
  const run = manualRun(
    federated({ ...options, pacing: fedCompass({ latestTimeFactor: 1 }) }),
    new Float32Array(1),
    [1, 1, 1],
  );
  run.send(0, { kind: "started" });
  const due = new Map<string, number>();
  for (let [round, now] = [1, 0.1]; round <= 50; round++, now += 0.1) {
    for (const client of [0, 1, 2]) {
      for (const [name, at] of due) if (at <= now) run.send(now, { kind: "timer", name });
      const commands = answer(run, now, client);
      for (const command of commands) if (command.kind === "timer") due.set(command.name, now + command.after);
    }
    expect(run.machine().ledger.versions).toBe(round);
  }
});

describe("a client much slower than the others", () => {
  test("gets few steps, and a group of its own where even the fewest would come too late", () => {
    const run = started(2);
    answer(run, 100, 0);
    // Alone at 120: published, and on the way to 220.
    run.send(120, timer(1));
    // Back at 900: 9 s a step. Client 0 was back in between, alone, at 220, 320, …
    for (const now of [220, 320, 420, 520, 620, 720, 820]) answer(run, now, 0);
    const commands = answer(run, 900, 1);
    // The group of client 0 arrives at 920 and its latest time is 940; ⌊(920 − 900) / 9⌋ = 2 steps are too few to join.
    // It is back from the next task at 940 + 100: ⌊140 / 9⌋ = 15 steps, so the fewest, 20.
    expect(given(commands)).toEqual([[1, steps(20)]]);
    const [, deadline] = commands;
    if (deadline?.kind !== "timer") throw new Error("no group was opened");
    expect(deadline.after).toBeCloseTo(1.2 * 20 * 9 * (1 + 1e-9), 9);
  });
});

test("a speed is mostly that of the last task", () => {
  const run = started(1);
  answer(run, 100, 0);
  // 1 s a step, then 2 s: 0.1 · 1 + 0.9 · 2 = 1.9.
  answer(run, 300, 0);
  run.send(300, { kind: "left", client: clientId(0) });
  const commands = run.send(300, joined(0));
  const [, deadline] = commands;
  if (deadline?.kind !== "timer") throw new Error("no group was opened");
  expect(deadline.after).toBeCloseTo(1.2 * 100 * 1.9 * (1 + 1e-9), 9);
});

describe("a member that is lost", () => {
  test("is not waited for: the group is aggregated without it, and it begins anew", () => {
    const run = started(2);
    answer(run, 100, 0);
    const { client, id } = run.task(1);
    const commands = run.send(105, { kind: "failed", client, task: id, reason: "x" });
    expect(kinds(commands)).toEqual(["publish", "assign", "timer", "assign"]);
    expect(given(commands).map(([number]) => number)).toEqual([0, 1]);
  });

  test("last of all leaves a group that nobody waits for", () => {
    const run = started(2);
    for (const place of [0, 1]) expect(run.send(50, { kind: "left", client: clientId(place) })).toEqual([]);
    expect(run.send(120, timer(1))).toEqual([]);
    expect(given(run.send(130, joined(1)))).toEqual([[1, steps(100)]]);
  });
});

describe("a member whose update waits in its group", () => {
  /** Two clients of which the first is back from its second task a tenth early, at 190, and leaves and comes back. */
  function heldAndBack(): ManualRun {
    const run = started(2);
    answer(run, 100, 0);
    answer(run, 100, 1);
    expect(answer(run, 190, 0)).toEqual([]);
    expect(run.send(191, { kind: "left", client: clientId(0) })).toEqual([]);
    expect(run.send(192, joined(0))).toEqual([]);
    return run;
  }

  test("and that comes back before the others arrive gets work once, with them", () => {
    const run = heldAndBack();
    const commands = answer(run, 200, 1);
    expect(kinds(commands)).toEqual(["publish", "assign", "timer", "assign"]);
    expect(given(commands).map(([number]) => number)).toEqual([0, 1]);
  });

  test("gets work as well where the last of the others is lost", () => {
    const run = heldAndBack();
    const { client, id } = run.task(3);
    const commands = run.send(195, { kind: "failed", client, task: id, reason: "x" });
    expect(kinds(commands)).toEqual(["publish", "assign", "timer", "assign"]);
    expect(given(commands).map(([number]) => number)).toEqual([0, 1]);
  });

  test("and that is away when its group is closed gets work at its return", () => {
    const run = heldAndBack();
    run.send(193, { kind: "left", client: clientId(0) });
    expect(given(answer(run, 200, 1)).map(([number]) => number)).toEqual([1]);
    expect(given(run.send(201, joined(0))).map(([number]) => number)).toEqual([0]);
  });
});

test("a client that came back while its update waited was once put twice into a group", () => {
  const short = { minimumSteps: 5, maximumSteps: 100, batchSize: 1 };
  const run = manualRun(federated({ ...options, work: short }), new Float32Array(1), [1, 1]);
  run.send(0, { kind: "started" });
  answer(run, 10, 0);
  answer(run, 10, 1);
  // 100 steps of 0.1 s are expected at 20; the first is back at 19, and there would be time for 8 steps more.
  answer(run, 19, 0);
  expect(run.send(19.2, joined(0))).toEqual([]);
  expect(given(answer(run, 20, 1)).map(([number]) => number)).toEqual([0, 1]);
});

test("late updates do not gather where every group is missed: each is published at the latest time of the next", () => {
  const run = started(1);
  const due = new Map<string, number>();
  const note = (now: number, commands: readonly Command[]): void => {
    for (const command of commands) if (command.kind === "timer") due.set(command.name, now + command.after);
  };
  // Each task takes half as long again as the one before, so that its group, which waits a fifth longer, is missed.
  let [now, seconds] = [0, 1];
  for (let answers = 1; answers <= 100; answers++, seconds *= 1.5) {
    now += seconds;
    for (const [name, at] of due) {
      if (at <= now) note(at, run.send(at, { kind: "timer", name }));
      if (at <= now) due.delete(name);
    }
    note(now, answer(run, now, 0));
    expect(answers - run.machine().ledger.versions).toBeLessThanOrEqual(1);
  }
  const publications = run.commands().filter((command) => command.kind === "publish");
  expect(publications.map(({ contributions }) => contributions.length)).toEqual(publications.map(() => 1));
});

test("a group of which nobody is there at its latest time is given up: its members come late", () => {
  const run = started(1);
  answer(run, 100, 0);
  // The group of its second task is expected at 200, and at 220 at the latest.
  expect(run.send(220, timer(2))).toEqual([]);
  const commands = answer(run, 300, 0);
  expect(kinds(commands)).toEqual(["assign", "timer"]);
  expect(run.machine().ledger.versions).toBe(1);
  // What came late is in the next version.
  const [publication] = answer(run, 400, 0);
  expect(publication?.kind === "publish" && publication.contributions.length).toBe(2);
});

test("timers of groups that were closed, and others, say nothing", () => {
  const run = started(2);
  answer(run, 100, 0);
  answer(run, 110, 1);
  for (const event of [timer(1), timer(9), { kind: "timer", name: "x" } as const]) {
    expect(run.send(120, event)).toEqual([]);
  }
});
