/**
 * What every pacing is held to, beside the laws of strategies: what it does about clients that come late, go, come back or
 * answer what nobody waits for, and when the run is over.
 *
 * @module
 */
import {
  aggregation,
  clientId,
  conversion,
  Fault,
  federated,
  type FederatedOptions,
  participation,
  type Plan,
  rootKey,
  selection,
  serverOptimizer,
  solver,
  staleness,
  weighting,
} from "@potluck/core";
import { describe, expect, test } from "vitest";
import { answered, conversionsOf, joined, type ManualRun, manualRun, tasksOf } from "./manual-run.ts";
import { failAtOnce, lossLaws } from "./pacing-losses.ts";
import {
  afterwards,
  answerAll,
  answerInDisorder,
  CLIENTS,
  openTasks,
  publishedBy,
  refusal,
  RETURNS,
  runOf,
  runTimers,
  started,
  versionsOf,
} from "./pacing-runs.ts";
import { quadraticClients } from "./quadratic.ts";
import { rehearse } from "./rehearsal.ts";

/** A pacing that is put to the test. */
export interface PacingSubject {
  readonly name: string;
  readonly pacing: () => FederatedOptions["pacing"];
  /** The plan's work; a step by default. */
  readonly work?: FederatedOptions["work"];
  /** The same pacing so that all of so many clients work at once; `pacing` by default. */
  readonly forAll?: (clients: number) => FederatedOptions["pacing"];
  /** What the method itself has to remember of a client that works, in bytes; 0 by default. */
  readonly ownBytes?: number;
  /** Why a run of `forAll` ends with a client that always fails; null, the default, where it goes on. */
  readonly endsWithOne?: string | null;
}

/** What is kept of a client at most, in bytes, with a task or without, beside what its pacing has to remember. */
const CLIENT_BYTES = 200;

const inverting = conversion.gradientInversion({ fromStaleness: 1 });

/** Registers the laws of pacings as tests. */
export function pacingConformance({
  name,
  pacing,
  work = { steps: 1, batchSize: 1 },
  forAll = pacing,
  ownBytes = 0,
  endsWithOne = null,
}: PacingSubject): void {
  const planOf = (changes: Partial<FederatedOptions> = {}): Plan =>
    federated({
      pacing: pacing(),
      weighting: weighting.uniform(),
      solver: solver.sgd({ learningRate: 0.1 }),
      work,
      versions: 1000,
      ...changes,
    });
  lossLaws(`${name} as a pacing`, planOf());
  if (forAll !== pacing && endsWithOne === null) {
    lossLaws(`${name} where all work at once, as a pacing`, planOf({ pacing: forAll(CLIENTS) }));
  }
  describe(`${name} as a pacing`, () => {
    test("asks nobody before the start, and somebody at it", () => {
      const run = runOf(planOf());
      expect(run.commands()).toEqual([]);
      run.send(0, { kind: "started" });
      expect(tasksOf(run.commands()).length).toBeGreaterThan(0);
    });

    test("waits for clients where there are none, and goes on when they come", () => {
      const run = manualRun(planOf(), Float32Array.of(0), []);
      run.send(0, { kind: "started" });
      expect(tasksOf(run.commands())).toEqual([]);
      for (let place = 0; place < CLIENTS; place++) run.send(1, joined(place));
      expect(versionsOf(answerAll(run, 40))).toBeGreaterThan(0);
    });

    test("goes on after everybody was away", () => {
      const run = started(planOf());
      for (let place = 0; place < CLIENTS; place++) run.send(1, { kind: "left", client: clientId(place) });
      expect(openTasks(run)).toEqual([]);
      runTimers(run, 2);
      for (let place = 0; place < CLIENTS; place++) run.send(10, joined(place));
      expect(versionsOf(answerAll(run, 40))).toBeGreaterThan(0);
    });

    test("has new work for a client that comes back without goodbye, and refuses what it was working on", () => {
      const run = started(planOf());
      const [lost] = openTasks(run).map((id) => run.task(id));
      if (lost === undefined) throw new Error("nobody was asked");
      run.send(1, joined(lost.client));
      const versions = versionsOf(run);
      expect(run.send(2, answered(lost, [1]))).toEqual([refusal(lost, "late")]);
      expect(versionsOf(run)).toBe(versions);
      expect(versionsOf(answerAll(run, 40))).toBeGreaterThan(versions);
    });

    test("goes on where clients come back while their updates wait in a window, and counts every update once", () => {
      const run = started(planOf());
      for (let second = 1; second <= RETURNS; second++) {
        const [oldest] = [...openTasks(run)].sort((a, b) => a - b);
        if (oldest === undefined) runTimers(run, second);
        else {
          const { client } = run.task(oldest);
          run.send(second, answered(run.task(oldest), [1]));
          if (second % 2 === 0) run.send(second, { kind: "left", client });
          run.send(second, joined(client));
        }
      }
      const versions = versionsOf(run);
      expect(versions).toBeGreaterThan(0);
      const used = publishedBy(answerAll(run, RETURNS, RETURNS)).flatMap(({ contributions }) => contributions);
      expect(new Set(used.map(({ task }) => task)).size).toBe(used.length);
      expect(versionsOf(run)).toBeGreaterThan(versions);
    });

    test("refuses a second answer, and counts the first once", () => {
      const run = started(planOf());
      const [first] = openTasks(run).map((id) => run.task(id));
      if (first === undefined) throw new Error("nobody was asked");
      run.send(1, answered(first, [1]));
      expect(run.send(1, answered(first, [1]))).toContainEqual(refusal(first, "late"));
      const used = publishedBy(answerAll(run, 40)).flatMap(({ contributions }) => contributions);
      expect(used.filter(({ task }) => task === first.id).length).toBe(1);
    });

    test("lets the newest update of a client count on, in whichever order they come to be used", () => {
      const run = started(planOf({ aggregation: aggregation.afaCs(), conversion: inverting }));
      const said = answerInDisorder(run);
      const latest = new Map<number, number>();
      let [params, overtaken] = [0, 0];
      for (const { params: next, contributions } of publishedBy(run)) {
        for (const { client, task } of contributions) {
          if ((latest.get(client) ?? -1) > task) overtaken += 1;
          else latest.set(client, task);
        }
        params += [...latest.values()].reduce((sum, task) => sum + (said.get(task) ?? Number.NaN), 0) / latest.size;
        expect(next[0]).toBeCloseTo(params, 4);
      }
      expect(versionsOf(run)).toBeGreaterThan(RETURNS / CLIENTS / 2);
      expect(overtaken > 0).toBe(conversionsOf(run.commands()).length > 0);
    });

    test("recalls what is out when the run is over, and does nothing afterwards", () => {
      const run = started(planOf({ versions: 2 }));
      answerAll(run, 100);
      const commands = run.commands();
      expect(publishedBy(run).length).toBe(2);
      expect(commands.at(-1)).toMatchObject({ kind: "finish", gaveUp: false });
      expect(openTasks(run)).toEqual([]);
      const [first] = tasksOf(commands);
      if (first === undefined) throw new Error("nobody was asked");
      for (const event of afterwards(commands)) expect(run.send(1000, event)).toEqual([]);
      expect(run.send(1000, answered(first, [1]))).toEqual([refusal(first, "late")]);
    });

    test("keeps so many bytes for a client and no more, without a task, with one, and after losses", () => {
      const idle = (clients: number): ManualRun =>
        manualRun(planOf({ pacing: forAll(clients) }), Float32Array.of(0), new Array<number>(clients).fill(1));
      const atWork = (clients: number): ManualRun => {
        const run = idle(clients);
        run.send(0, { kind: "started" });
        expect(openTasks(run).length).toBe(clients);
        return run;
      };
      const atALoss = (clients: number): ManualRun => {
        const run = atWork(clients);
        for (let place = 1; place < clients; place++) failAtOnce(run, 0, clientId(place));
        return run;
      };
      // Tables grow by blocks of 64 rows: these are full.
      const bytesIn = (run: (clients: number) => ManualRun): number =>
        (run(1024).machine().snapshot().length - run(512).machine().snapshot().length) / 512;
      expect(bytesIn(idle)).toBeLessThanOrEqual(CLIENT_BYTES);
      expect(bytesIn(atWork)).toBeLessThanOrEqual(CLIENT_BYTES + ownBytes);
      expect(bytesIn(atALoss)).toBeLessThanOrEqual(CLIENT_BYTES + ownBytes);
    });

    test("goes with every selection, weighting, correction, conversion, aggregation and server optimizer, or is refused in a sentence", () => {
      const clients = quadraticClients(rootKey(5), CLIENTS, 2);
      const outcomes = combinations().map((changes) => {
        try {
          const { published } = rehearse({
            plan: planOf({ versions: 3, ...changes }),
            clients,
            params: new Float32Array(2),
          });
          return published.length;
        } catch (error) {
          if (error instanceof Fault) return error.code;
          throw error;
        }
      });
      expect(outcomes.filter((outcome) => outcome !== 3 && outcome !== "plan-contradiction")).toEqual([]);
      expect(outcomes.filter((outcome) => outcome === 3).length).toBeGreaterThan(outcomes.length / 3);
    });
  });
}

/** What goes beside a pacing, two rooms at a time. */
function combinations(): readonly Partial<FederatedOptions>[] {
  const aggregations = [
    aggregation.mean(),
    aggregation.sum(),
    aggregation.sum({ divideBy: "clients" }),
    aggregation.sum({ divideBy: "examples" }),
    aggregation.sum({ divideBy: "share" }),
    aggregation.mixing(),
    aggregation.fedNova(),
    aggregation.afaCd(),
    aggregation.afaCs(),
  ];
  const weightings = [weighting.uniform(), weighting.byExamples()];
  const discounts = [staleness.constant(), staleness.polynomial(), staleness.hinge()];
  const corrections = [participation.uncorrected(), participation.inverse(), participation.fedAu()];
  const optimizers = Object.values(serverOptimizer).map((make) => make({ learningRate: 0.1 }));
  return aggregations.flatMap((chosen) => [
    ...weightings.map((weighed) => ({ aggregation: chosen, weighting: weighed })),
    ...discounts.map((discount) => ({ aggregation: chosen, staleness: discount })),
    ...corrections.map((correction) => ({ aggregation: chosen, participation: correction })),
    ...optimizers.map((optimizer) => ({ aggregation: chosen, serverOptimizer: optimizer })),
    { aggregation: chosen, selection: selection.byExamples() },
    { aggregation: chosen, conversion: inverting },
  ]);
}
