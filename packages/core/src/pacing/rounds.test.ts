import {
  answered,
  fullRounds,
  joined,
  type ManualRun,
  manualRun,
  pacingConformance,
  strategyConformance,
  tasksOf,
} from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { federated } from "../plan/federated.ts";
import { clientId } from "../plan/identity.ts";
import type { Command } from "../plan/events.ts";
import { byExamples as selectionByExamples } from "../selection/by-examples.ts";
import { uniform as uniformSelection } from "../selection/uniform.ts";
import type { Selection } from "../selection/selection.ts";
import type { Part } from "../part/part.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform as uniformWeighting } from "../weighting/uniform.ts";
import { MAX_ABANDONED_ROUNDS, rounds, type RoundsOptions } from "./rounds.ts";

pacingConformance({
  name: "rounds",
  pacing: () => rounds({ cohort: 3, quorum: 0.3, backupSeconds: 3 }),
  forAll: (cohort) => rounds({ cohort }),
  endsWithOne: "rounds of everybody with a quorum of 1 are abandoned where one of them fails",
});

strategyConformance({
  name: "rounds with over-selection, a quorum and a tight deadline",
  plan: (versions) =>
    federated({
      ...fullRounds,
      pacing: rounds({ cohort: 4, overSelection: 1.75, quorum: 0.5, deadlineSeconds: 2.5 }),
      versions,
    }),
  declined: [
    {
      law: "converges on a quadratic",
      reason: "over-selection closes rounds with the fastest clients, so that the slow ones' data are heard less",
    },
  ],
});

interface Stage {
  readonly clients: number | readonly number[];
  readonly selection?: Selection & Part;
  readonly versions?: number;
}

/** A run in rounds that has not started yet. */
function runOf(options: RoundsOptions, { clients, selection = uniformSelection(), versions = 1000 }: Stage): ManualRun {
  const plan = federated({
    pacing: rounds(options),
    selection,
    weighting: uniformWeighting(),
    solver: sgd({ learningRate: 0.1 }),
    work: { steps: 1, batchSize: 1 },
    versions,
  });
  return manualRun(
    plan,
    Float32Array.of(0),
    typeof clients === "number" ? new Array<number>(clients).fill(1) : clients,
  );
}

function startedRun(options: RoundsOptions, stage: Stage): ManualRun {
  const run = runOf(options, stage);
  run.send(0, { kind: "started" });
  return run;
}

const kinds = (commands: readonly Command[]): readonly string[] => commands.map(({ kind }) => kind);
const count = (commands: readonly Command[], kind: Command["kind"]): number =>
  kinds(commands).filter((k) => k === kind).length;
const deadline = (round: number) => ({ kind: "timer", name: `deadline of round ${round}` }) as const;

/** Lets the client of a task fail. */
function fail(run: ManualRun, now: number, id: number): readonly Command[] {
  return run.send(now, { kind: "failed", client: run.task(id).client, task: run.task(id).id, reason: "x" });
}

describe("a round", () => {
  test("asks ⌈cohort · overSelection⌉ clients, in decimal arithmetic", () => {
    const percent = fc.integer({ min: 100, max: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), percent, (cohort, share) => {
        const run = startedRun({ cohort, overSelection: share / 100 }, { clients: 300 });
        expect(tasksOf(run.commands()).length).toBe(Math.ceil((cohort * share) / 100));
      }),
    );
  });

  test("closes with the first `cohort` updates; who is still working is recalled", () => {
    const run = startedRun({ cohort: 2, overSelection: 2 }, { clients: 9 });
    expect(kinds(run.commands())).toEqual(["assign", "assign", "assign", "assign"]);
    expect(run.send(1, answered(run.task(3), [1]))).toEqual([]);
    const commands = run.send(2, answered(run.task(1), [1]));
    expect(kinds(commands)).toEqual(["recall", "recall", "publish", "assign", "assign", "assign", "assign"]);
    const recalled = commands.flatMap((command) => (command.kind === "recall" ? [Number(command.task)] : []));
    expect(recalled.toSorted((a, b) => a - b)).toEqual([0, 2]);
    expect(run.machine().ledger.recalled).toBe(2);
  });

  test("takes as long as it takes where there is no deadline", () => {
    const run = startedRun({ cohort: 2 }, { clients: 2 });
    expect(count(run.commands(), "timer")).toBe(0);
    expect(run.send(1, answered(run.task(0), [1]))).toEqual([]);
    expect(run.send(1, deadline(1))).toEqual([
      { kind: "recall", client: run.task(1).client, task: 1 },
      expect.anything(),
      expect.anything(),
      expect.anything(),
    ]);
  });

  test("asks as many as there are where there are fewer, if those can be enough", () => {
    const run = startedRun({ cohort: 10, quorum: 0.3 }, { clients: 4 });
    expect(count(run.commands(), "assign")).toBe(4);
    for (let id = 0; id < 3; id++) expect(run.send(1, answered(run.task(id), [1]))).toEqual([]);
    expect(kinds(run.send(2, answered(run.task(3), [1])))).toContain("publish");
  });
});

describe("at the deadline", () => {
  test("a round closes if ⌈quorum · cohort⌉ updates are in, in decimal arithmetic, and is abandoned otherwise", () => {
    const percent = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), percent, fc.nat({ max: 49 }), (cohort, share, answers) => {
        fc.pre(answers < cohort);
        const run = startedRun({ cohort, quorum: share / 100, deadlineSeconds: 60 }, { clients: cohort });
        for (let id = 0; id < answers; id++) run.send(1, answered(run.task(id), [1]));
        const commands = run.send(60, deadline(1));
        const enough = answers >= Math.ceil((cohort * share) / 100);
        expect(count(commands, "recall")).toBe(cohort - answers);
        expect(count(commands, "publish")).toBe(Number(enough));
        expect(count(commands, "refuse")).toBe(enough ? 0 : answers);
        // Either way the next round begins at once, with a deadline of its own.
        expect(count(commands, "assign")).toBe(cohort);
        expect(commands.at(-1)).toEqual({ ...deadline(2), after: 60 });
      }),
    );
  });

  test("the updates of an abandoned round are refused and never count", () => {
    const run = startedRun({ cohort: 2, deadlineSeconds: 10 }, { clients: 2 });
    run.send(1, answered(run.task(0), [90]));
    expect(run.send(10, deadline(1))).toContainEqual({
      kind: "refuse",
      client: run.task(0).client,
      task: 0,
      refusal: "abandoned",
      detail: "its round ended without a quorum",
    });
    run.send(11, answered(run.task(2), [2]));
    const [, publish] = [0, ...run.send(12, answered(run.task(3), [4]))];
    expect(publish).toMatchObject({ kind: "publish", params: Float32Array.of(3) });
  });

  test("an update at the very instant is in time: it comes first", () => {
    const run = startedRun({ cohort: 1, deadlineSeconds: 10 }, { clients: 1 });
    expect(kinds(run.send(10, answered(run.task(0), [1])))).toEqual(["publish", "assign", "timer"]);
    expect(run.send(10, deadline(1))).toEqual([]);
  });

  test("timers of earlier rounds and of others say nothing", () => {
    const run = startedRun({ cohort: 1, deadlineSeconds: 10 }, { clients: 2 });
    run.send(1, answered(run.task(0), [1]));
    for (const name of ["deadline of round 1", "deadline of round 3", "deadline of round ", "deadline", ""]) {
      expect(run.send(10, { kind: "timer", name })).toEqual([]);
    }
    expect(kinds(run.send(11, deadline(2)))).toEqual(["recall", "assign", "timer"]);
  });
});

describe("backup tasks", () => {
  const backup = (round: number) => ({ kind: "timer", name: `backup tasks of round ${round}` }) as const;

  test("are given to others for the updates that are missing, and the first that come count", () => {
    const run = startedRun({ cohort: 3, backupSeconds: 5 }, { clients: 6 });
    expect(run.commands().at(-1)).toEqual({ ...backup(1), after: 5 });
    run.send(1, answered(run.task(0), [1]));
    const asked = run.send(5, backup(1));
    expect(kinds(asked)).toEqual(["assign", "assign"]);
    run.send(6, answered(run.task(3), [1]));
    const commands = run.send(7, answered(run.task(1), [1]));
    expect(count(commands, "recall")).toBe(2);
    expect(count(commands, "publish")).toBe(1);
    // The timer of the first round says nothing to the second.
    expect(run.send(8, backup(1))).toEqual([]);
  });

  test("are given to as many as there are, and to nobody where nothing is missing", () => {
    const run = startedRun({ cohort: 3, backupSeconds: 5, deadlineSeconds: 9 }, { clients: 3 });
    expect(run.send(5, backup(1))).toEqual([]);
    expect(count(run.commands(), "timer")).toBe(2);
    expect(kinds(run.send(9, deadline(1))).slice(0, 3)).toEqual(["recall", "recall", "recall"]);
  });
});

describe("when nobody is left to wait for", () => {
  test("a round with a quorum closes early", () => {
    const run = startedRun({ cohort: 3, quorum: 0.5, deadlineSeconds: 100 }, { clients: 3 });
    run.send(1, answered(run.task(0), [1]));
    run.send(1, answered(run.task(1), [1]));
    expect(kinds(fail(run, 2, 2))).toContain("publish");
  });

  test("a round closes with its last answer, even if that is not the whole cohort", () => {
    const run = startedRun({ cohort: 3, quorum: 0.5 }, { clients: 3 });
    run.send(1, answered(run.task(0), [1]));
    expect(fail(run, 1, 1)).toEqual([]);
    expect(kinds(run.send(2, answered(run.task(2), [1])))).toContain("publish");
  });

  test("a round without one is abandoned, and the next begins at once", () => {
    const run = startedRun({ cohort: 2 }, { clients: 3 });
    run.send(1, answered(run.task(0), [1]));
    expect(kinds(fail(run, 2, 1))).toEqual(["refuse", "assign", "assign"]);
  });

  test("because they left, the round ends and waits for enough clients again", () => {
    const run = startedRun({ cohort: 2 }, { clients: 2 });
    expect(run.send(1, { kind: "left", client: clientId(0) })).toEqual([]);
    expect(run.send(1, { kind: "left", client: clientId(1) })).toEqual([]);
    expect(run.send(2, joined(1))).toEqual([]);
    expect(kinds(run.send(3, joined(0)))).toEqual(["assign", "assign"]);
  });
});

describe("a plan waits", () => {
  test("for its start, whoever joins", () => {
    const run = runOf({ cohort: 1 }, { clients: 3 });
    expect(run.commands()).toEqual([]);
    expect(kinds(run.send(0, { kind: "started" }))).toEqual(["assign"]);
  });

  test("for enough clients", () => {
    const run = startedRun({ cohort: 4, quorum: 0.5 }, { clients: 1 });
    expect(run.commands()).toEqual([]);
    expect(kinds(run.send(7, joined(1)))).toEqual(["assign", "assign"]);
    expect(run.send(8, joined(2))).toEqual([]);
  });

  test("for a client that the selection wants", () => {
    const run = startedRun({ cohort: 2, quorum: 0.5 }, { clients: [0, 0], selection: selectionByExamples() });
    expect(run.commands()).toEqual([]);
    expect(run.send(1, joined(2, 0))).toEqual([]);
    const [assign] = run.send(2, joined(3, 5));
    expect(assign).toMatchObject({ kind: "assign", task: { client: 3 } });
  });
});

describe(`after ${MAX_ABANDONED_ROUNDS} rounds in a row without a quorum`, () => {
  test("the plan gives up, in a sentence", () => {
    const run = startedRun({ cohort: 2, deadlineSeconds: 1 }, { clients: 2 });
    for (let round = 1; round < MAX_ABANDONED_ROUNDS; round++) {
      expect(kinds(run.send(round, deadline(round)))).toEqual(["recall", "recall", "assign", "assign", "timer"]);
    }
    const reason = `${MAX_ABANDONED_ROUNDS} rounds in a row ended with fewer than 2 updates`;
    const commands = run.send(MAX_ABANDONED_ROUNDS, deadline(MAX_ABANDONED_ROUNDS));
    expect(kinds(commands)).toEqual(["recall", "recall", "finish"]);
    expect(commands.at(-1)).toEqual({ kind: "finish", reason, gaveUp: true });
  });

  test("but a round with a quorum in between starts the count anew", () => {
    const run = startedRun({ cohort: 1, deadlineSeconds: 1 }, { clients: 1 });
    for (let round = 1; round <= 2 * MAX_ABANDONED_ROUNDS; round++) {
      const open = tasksOf(run.commands()).at(-1);
      if (round === MAX_ABANDONED_ROUNDS && open !== undefined) run.send(round, answered(open, [1]));
      else run.send(round, deadline(round));
    }
    expect(count(run.commands(), "finish")).toBe(1);
    expect(run.machine().ledger.versions).toBe(1);
    expect(run.machine().ledger.recalled).toBe(2 * MAX_ABANDONED_ROUNDS - 1);
  });

  test("and the updates that wait are refused with the reason", () => {
    const run = startedRun({ cohort: 2, deadlineSeconds: 1 }, { clients: 2 });
    for (let round = 1; round < MAX_ABANDONED_ROUNDS; round++) run.send(round, deadline(round));
    const open = tasksOf(run.commands()).slice(-2);
    run.send(99.5, answered(open[0] ?? run.task(0), [1]));
    const commands = run.send(100, deadline(MAX_ABANDONED_ROUNDS));
    expect(kinds(commands)).toEqual(["recall", "refuse", "finish"]);
    expect(commands[1]).toMatchObject({ refusal: "abandoned", detail: expect.stringContaining("100 rounds in a row") });
  });
});

describe("the options", () => {
  test("are a cohort, without over-selection, quorum, deadline and backup tasks by default", () => {
    expect(rounds({ cohort: 5 }).part.options).toEqual({
      cohort: 5,
      overSelection: 1,
      quorum: 1,
      deadlineSeconds: null,
      backupSeconds: null,
    });
  });

  test.each<RoundsOptions>([
    { cohort: 0 },
    { cohort: 1.5 },
    { cohort: 1, overSelection: 0.9 },
    { cohort: 1, quorum: 0 },
    { cohort: 1, quorum: 1.1 },
    { cohort: 1, deadlineSeconds: 0 },
  ])("refuse %j", (options) => {
    expect(() => rounds(options)).toThrow('pacing "rounds"');
  });

  test("contradict a fleet that can never be enough, in a sentence", () => {
    const { contradiction } = rounds({ cohort: 10, quorum: 0.55 });
    expect(contradiction(6)).toBeNull();
    expect(contradiction(5)).toBe("rounds need at least 6 updates each, but the fleet has 5 clients");
  });
});
