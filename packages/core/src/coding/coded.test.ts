import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniformStream } from "../base/draws.ts";
import { fold, type Key, rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import type { Part } from "../part/part.ts";
import type { Command, FleetEvent } from "../plan/events.ts";
import { clientId } from "../plan/identity.ts";
import { type Machine, restoreMachine, startMachine } from "../plan/machine.ts";
import type { Plan } from "../plan/strategy.ts";
import type { GradientTask } from "../plan/task.ts";
import { adam, sgd } from "../server-optimizer/index.ts";
import { coded } from "./coded.ts";
import { gradientCoding, mSgc, replication, srSgc, uncoded } from "./index.ts";
import type { Coding } from "./scheme.ts";

const LENGTH = 4;
const ROWS = 60;

/** The centre of row r: its loss is ½ ‖x − centre‖². */
const centreOf = (row: number, at: number): number => Math.fround(Math.sin(1 + 3.7 * row + 1.3 * at));

/** The answer to a task, as a worker computes it: float32 sums. */
function answerTo({ gradients }: GradientTask): Float32Array {
  return Float32Array.from(
    gradients.flatMap(({ params, chunks }) =>
      Array.from(params, (x, at) => {
        let sum = 0;
        for (const { from, to, coefficient } of chunks) {
          for (let row = from; row < to; row++) sum += coefficient * (x - centreOf(row, at));
        }
        return Math.fround(sum);
      }),
    ),
  );
}

/** What becomes of a task: seconds to its end, and what its end is. */
interface Fate {
  readonly after: number;
  readonly end: "answer" | "fail" | "leave" | "corrupt" | "short" | "twice";
}

interface Run {
  readonly published: readonly Float32Array[];
  readonly commands: readonly Command[];
  readonly seconds: number;
  readonly machine: Machine;
}

/** Runs a plan on workers whose tasks end as `fateOf` says; who leaves is back ten seconds later. */
function run(plan: Plan, workers: number, fateOf: (task: GradientTask) => Fate, snapshots = false): Run {
  const setup = { plan, params: new Float32Array(LENGTH), key: rootKey(7), kernels: plainKernels };
  let machine = startMachine(setup);
  const events: { at: number; event: FleetEvent }[] = [];
  const commands: Command[] = [];
  const recalled = new Set<number>();
  let now = 0;
  const ended = (): boolean => commands.at(-1)?.kind === "finish";
  const profile = { examples: ROWS, tier: "worker" };
  const carryOut = (command: Command): void => {
    commands.push(command);
    if (command.kind === "recall") recalled.add(command.task);
    if (command.kind === "timer") {
      events.push({ at: now + command.after, event: { kind: "timer", name: command.name } });
    }
    if (command.kind !== "assign" || !("gradients" in command.task)) return;
    const { task } = command;
    const { after, end } = fateOf(task);
    const { id, client } = task;
    const at = now + after;
    if (end === "fail") return void events.push({ at, event: { kind: "failed", client, task: id, reason: "no luck" } });
    if (end === "leave") {
      events.push({ at, event: { kind: "left", client } }, { at: at + 10, event: { kind: "joined", client, profile } });
      return;
    }
    const answer = answerTo(task);
    if (end === "corrupt") answer[0] = Number.NaN;
    const payload = new Uint8Array((end === "short" ? answer.slice(1) : answer).buffer);
    const spent = { downloadSeconds: 0, computeSeconds: after, uploadSeconds: 0 };
    const update = { payload, examples: 1, steps: 1, trainLoss: 0, spent };
    events.push({ at, event: { kind: "update", client, task: id, update } });
    if (end === "twice") events.push({ at: at + 0.1, event: { kind: "update", client, task: id, update } });
  };
  const deliver = (event: FleetEvent): void => {
    if ("task" in event && event.kind !== "update" && recalled.has(event.task)) return;
    for (const command of machine.handle(now, event)) carryOut(command);
    if (snapshots) machine = restoreMachine(setup, machine.snapshot());
  };
  for (let k = 0; k < workers; k++) deliver({ kind: "joined", client: clientId(k), profile });
  deliver({ kind: "started" });
  for (let count = 0; !ended() && count < 20_000; count++) {
    const [next] = events.sort((a, b) => a.at - b.at);
    if (next === undefined) break;
    events.shift();
    now = next.at;
    deliver(next.event);
  }
  const published = commands.flatMap((command) => (command.kind === "publish" ? [command.params] : []));
  return { published, commands, seconds: now, machine };
}

const prompt = (): Fate => ({ after: 1, end: "answer" });

/** One in five is five times as slow. */
const withStragglers =
  (key: Key) =>
  ({ id }: GradientTask): Fate => {
    const uniform = uniformStream(fold(key, id));
    return { after: uniform() < 0.2 ? 5 : 1 + 0.2 * uniform(), end: "answer" };
  };

/** Whatever can go wrong does. */
const withTrouble =
  (key: Key) =>
  ({ id }: GradientTask): Fate => {
    const uniform = uniformStream(fold(key, id));
    const after = uniform() < 0.2 ? 5 : 1 + 0.2 * uniform();
    const end = (["fail", "leave", "corrupt", "short", "twice"] as const)[Math.floor(uniform() * 30)] ?? "answer";
    return { after, end };
  };

const codings: readonly (Coding & Part)[] = [
  uncoded(),
  gradientCoding({ tolerated: 2 }),
  gradientCoding({ tolerated: 4 }),
  replication({ copies: 3 }),
  srSgc({ burst: 1, window: 3, most: 4 }),
  srSgc({ burst: 2, window: 3, most: 4 }),
  mSgc({ burst: 1, window: 2, most: 3 }),
  mSgc({ burst: 2, window: 4, most: 12 }),
];
const WORKERS = 12;

/** The models of plain descent on all rows, one step after another. */
function plainDescent(rate: number, steps: number): readonly Float64Array[] {
  const mean = Float64Array.from({ length: LENGTH }, (_, at) => {
    let sum = 0;
    for (let row = 0; row < ROWS; row++) sum += centreOf(row, at);
    return sum / ROWS;
  });
  return Array.from({ length: steps }, (_, step) => mean.map((centre) => centre * (1 - (1 - rate) ** (step + 1))));
}

describe.each(codings.map((coding) => [coding.part.name, coding.part.options, coding] as const))(
  "%s %j",
  (_, __, coding) => {
    const delay = coding.schemeFor(WORKERS).delay;
    const rates = Array.from({ length: delay + 1 }, (___, at) => 0.1 + 0.2 * at);
    const models = rates.map((learningRate) => sgd({ learningRate }));
    const jobs = 4 * models.length;

    test.each([
      ["prompt workers", prompt],
      ["stragglers", withStragglers(rootKey(3))],
      ["trouble", withTrouble(rootKey(4))],
    ])("with %s every model is that of plain descent", (___, fateOf) => {
      const { published } = run(coded({ coding, models, jobs }), WORKERS, fateOf);
      expect(published).toHaveLength(jobs);
      for (const [job, params] of published.entries()) {
        const expected = plainDescent(rates[job % models.length] ?? 0, jobs)[Math.floor(job / models.length)] ?? [];
        for (const [at, value] of expected.entries()) expect(Math.abs((params[at] ?? NaN) - value)).toBeLessThan(1e-6);
      }
    });

    test("goes on from a snapshot after every event to the same bits", () => {
      const plan = coded({ coding, models, jobs });
      const whole = run(plan, WORKERS, withTrouble(rootKey(5)));
      const restored = run(plan, WORKERS, withTrouble(rootKey(5)), true);
      expect(restored.published).toEqual(whole.published);
      expect(restored.seconds).toBe(whole.seconds);
    });

    test("whatever goes wrong, it comes to its end, and what was used adds up to one", () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const { commands, machine } = run(coded({ coding, models, jobs }), WORKERS, withTrouble(rootKey(seed)));
          expect(commands.at(-1)).toMatchObject({ kind: "finish", gaveUp: false });
          for (const command of commands) {
            if (command.kind !== "publish") continue;
            const weights = command.contributions.map(({ factor }) => command.scale * factor);
            expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
          }
          expect(machine.ledger.versions).toBe(jobs);
        }),
        { numRuns: 20 },
      );
    });
  },
);

test("a code saves the time of stragglers, and no code waits for them", () => {
  const models = [sgd({ learningRate: 0.1 })];
  const times = [uncoded(), gradientCoding({ tolerated: 5 })].map(
    (coding) => run(coded({ coding, models, jobs: 10, patience: 0.5 }), WORKERS, withStragglers(rootKey(9))).seconds,
  );
  expect(times[1]).toBeLessThan(0.7 * (times[0] ?? 0));
});

test("backups are asked of those who are free, and end the round sooner", () => {
  const models = [sgd({ learningRate: 0.1 })];
  const slow = ({ id }: GradientTask): Fate => ({ after: id === 3 ? 50 : 1, end: "answer" });
  const plans = [false, true].map((backups) => coded({ coding: uncoded(), models, jobs: 1, backups }));
  expect(plans.map((plan) => run(plan, 6, slow).seconds)).toEqual([50, 3]);
});

test("one model with a delay takes gradients where it stood a round before", () => {
  const rate = 0.5;
  const coding = mSgc({ burst: 1, window: 2, most: 2 });
  const { published } = run(coded({ coding, models: [sgd({ learningRate: rate })], jobs: 5 }), 6, prompt);
  const [mean] = plainDescent(1, 1).map((params) => params[0] ?? 0);
  // x_t+1 = x_t − η (x_t−1 − c)
  const xs = [0, 0];
  for (let job = 0; job < 5; job++) {
    xs.push((xs.at(-1) ?? 0) - rate * ((xs.at(job === 0 ? -1 : -2) ?? 0) - (mean ?? 0)));
  }
  for (const [job, params] of published.entries()) expect(params[0]).toBeCloseTo(xs[job + 2] ?? 0, 6);
});

test("any server optimizer can be that of a model", () => {
  const models = [adam({ learningRate: 0.1 })];
  const { published } = run(coded({ coding: gradientCoding({ tolerated: 1 }), models, jobs: 30 }), 4, prompt);
  const [mean] = plainDescent(1, 1).map((params) => params[0] ?? 0);
  expect(Math.abs((published.at(-1)?.[0] ?? 0) - (mean ?? 0))).toBeLessThan(0.3);
});

test("a batch takes the next examples of every chunk", () => {
  const models = [sgd({ learningRate: 1 })];
  const { published } = run(coded({ coding: uncoded(), models, jobs: 2, batchSize: ROWS / 2 }), 6, prompt);
  // With η = 1 a step ends at the mean of its own rows: of each ten rows of a worker five.
  const means = [0, 5].map((first) => {
    let sum = 0;
    for (let row = 0; row < ROWS; row++) if (row % 10 >= first && row % 10 < first + 5) sum += centreOf(row, 0);
    return sum / (ROWS / 2);
  });
  for (const [at, mean] of means.entries()) expect(published[at]?.[0]).toBeCloseTo(mean, 6);
});

test("settings out of range and no models are refused", () => {
  const models = [sgd({ learningRate: 0.1 })];
  expect(() => coded({ coding: uncoded(), models: [], jobs: 1 })).toThrow("no models");
  expect(() => coded({ coding: uncoded(), models, jobs: 0 })).toThrow("jobs");
  expect(() => coded({ coding: uncoded(), models, jobs: 1, patience: -1 })).toThrow("patience");
  expect(coded({ coding: gradientCoding({ tolerated: 4 }), models, jobs: 1 }).contradiction(4)).toContain("at most 3");
});
