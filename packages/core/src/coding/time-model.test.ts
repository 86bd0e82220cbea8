import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniformStream } from "../base/draws.ts";
import { fold, rootKey } from "../base/key.ts";
import {
  explain,
  fittedModel,
  modelOf,
  type RecordedTimes,
  secondsPerLoad,
  type Slowness,
  timeAt,
  type TimeModel,
  toldModel,
} from "./time-model.ts";

const SLOPE = 4;

/** Workers that are slow in one round of five: such rounds have four times the work, or three seconds more of delay. */
function recordedAt(load: number, slowness: Slowness, seed: number): RecordedTimes {
  const seconds = Array.from({ length: 8 }, (_, worker) => {
    const uniform = uniformStream(fold(fold(rootKey(seed), worker), Math.round(1000 * load)));
    return Float64Array.from({ length: 20 }, () => {
      const isSlow = uniform() < 0.2;
      const noise = 0.1 * uniform();
      if (slowness === "adds") return 0.5 + noise + SLOPE * load + (isSlow ? 3 : 0);
      return 0.5 + noise + SLOPE * load * (isSlow ? 4 : 1);
    });
  });
  return { seconds, load };
}

const amounts = fc.double({ min: 0, max: 50, noNaN: true });
const loads = fc.double({ min: 0.01, max: 1, noNaN: true });
const models: fc.Arbitrary<TimeModel> = fc.record({
  slowness: fc.constantFrom("adds" as const, "multiplies" as const),
  secondsPerLoad: amounts,
  latency: amounts,
});

describe("timeAt", () => {
  test("is the recorded time at the recorded load, never less at a higher one, and never below nothing", () => {
    fc.assert(
      fc.property(models, amounts, loads, loads, (model, seconds, from, to) => {
        expect(timeAt(model, seconds, { from, to: from })).toBe(seconds);
        const there = timeAt(model, seconds, { from, to });
        expect(there).toBeGreaterThanOrEqual(0);
        if (to >= from) expect(there).toBeGreaterThanOrEqual(seconds);
      }),
    );
  });

  test("is the same whether a load is reached at once or by way of a higher one", () => {
    fc.assert(
      fc.property(models, amounts, fc.tuple(loads, loads, loads), (model, seconds, unsorted) => {
        const [from = 0, to = 0, between = 0] = unsorted.toSorted((a, b) => a - b);
        const by = timeAt(model, timeAt(model, seconds, { from, to: between }), { from: between, to });
        expect(by).toBeCloseTo(timeAt(model, seconds, { from, to }), 6);
      }),
    );
  });

  test("adds what work costs, or multiplies what is above the latency", () => {
    const model = { secondsPerLoad: 4, latency: 1 };
    // Of 5 s at half a job one is latency: a whole job takes twice the other four.
    expect(timeAt({ ...model, slowness: "multiplies" }, 5, { from: 0.5, to: 1 })).toBe(9);
    expect(timeAt({ ...model, slowness: "adds" }, 5, { from: 0.5, to: 1 })).toBe(7);
    // Whoever was faster than the latency had a slowness of 0; of no work none can be seen.
    expect(timeAt({ ...model, slowness: "multiplies" }, 0.75, { from: 0.5, to: 1 })).toBe(0.75);
    expect(timeAt({ ...model, slowness: "multiplies" }, 5, { from: 0, to: 1 })).toBe(9);
  });
});

test("what a job takes is the slope of times over loads, and what none takes where that line begins", () => {
  const at = (load: number): RecordedTimes => ({
    load,
    seconds: [Float64Array.of(1 + 2 * load, 2 + 2 * load), Float64Array.of(3 + 2 * load, 4 + 2 * load)],
  });
  expect(secondsPerLoad([at(0), at(0.5), at(1)])).toBeCloseTo(2, 12);
  expect(() => secondsPerLoad([at(0.5), at(0.5)])).toThrow("the same load");
  // (1 + 2 + 3 + 4)/4 s at no load.
  expect(fittedModel([at(0.5), at(1)], "multiplies").latency).toBeCloseTo(2.5, 12);
});

test("of one load and a slope that is told, half of the workers are taken not to be slow", () => {
  const times = { load: 0.5, seconds: [Float64Array.of(2, 9), Float64Array.of(1.5, 1.5)] };
  expect(toldModel(times, { slowness: "multiplies", secondsPerLoad: 2 }).latency).toBe(1);
  expect(toldModel(times, { slowness: "multiplies", secondsPerLoad: 5 }).latency).toBe(0);
});

/** The latency of a worker, and its slope. */
type Line = readonly [number, number];

describe("fittedModel", () => {
  /** Forty rounds of workers that take `latency` and `slope · load`, and up to `noise` more. */
  const times = (load: number, lines: readonly Line[], noise: number): RecordedTimes => ({
    load,
    seconds: lines.map(([latency, slope], worker) => {
      const uniform = uniformStream(fold(fold(rootKey(5), worker), Math.round(1e4 * load)));
      return Float64Array.from({ length: 40 }, () => latency + slope * load + noise * uniform());
    }),
  });

  test("has a line for each worker where they differ, and one for all where they are alike", () => {
    const different = Array.from({ length: 8 }, (_, worker): Line => (worker < 6 ? [0.6, 0] : [0.05, 6]));
    const apart = fittedModel([times(1 / 8, different, 0.01), times(1 / 16, different, 0.01)], "adds");
    expect(modelOf(apart, 0).secondsPerLoad).toBeCloseTo(0, 0);
    expect(modelOf(apart, 7).secondsPerLoad).toBeCloseTo(6, 0);
    const alike = Array.from({ length: 64 }, (): Line => [1, 2]);
    const common = fittedModel([times(1 / 64, alike, 0.5), times(1 / 128, alike, 0.5)], "adds");
    expect(common.byWorker).toBeUndefined();
    expect(modelOf(common, 7)).toEqual(common);
  });
});

describe("explain", () => {
  test("tells slow processors from slow queues by rounds that it was not fitted to", () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom("adds" as const, "multiplies" as const), (seed, slowness) => {
        const explained = explain([recordedAt(0.5, slowness, seed), recordedAt(0.125, slowness, seed)]);
        const other = slowness === "adds" ? "multiplies" : "adds";
        expect(explained?.[slowness]).toBeLessThan(explained?.[other] ?? 0);
      }),
      { numRuns: 40 },
    );
  });

  test("is exact where a model holds exactly", () => {
    const at = (load: number): RecordedTimes => ({
      load,
      seconds: [1, 1, 5].map((slowness) => new Float64Array(6).fill(0.5 + SLOPE * load * slowness)),
    });
    expect(explain([at(0.25), at(0.5), at(1)])?.multiplies).toBeCloseTo(0, 12);
  });

  test("has nothing to say of one load, or of single rounds", () => {
    const times = recordedAt(0.5, "adds", 1);
    expect(explain([times, recordedAt(0.5, "adds", 2)])).toBeNull();
    expect(explain([times, { load: 1, seconds: times.seconds.map((own) => own.subarray(0, 1)) }])).toBeNull();
  });
});
