import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue.ts";
import { elementwise, type ServerOptimizer } from "./server-optimizer.ts";

const optimizers = Object.values(catalogue["server-optimizer"]).map(
  (entry) => [entry.definition.name, entry.parse({ learningRate: 0.5 })] as const,
);
const float = fc.float({ min: -100, max: 100, noNaN: true });
const double = fc.double({ min: -100, max: 100, noNaN: true });
const length = 4;
const params = fc.array(float, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));
const deltas = fc.array(
  fc.array(double, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values)),
  { minLength: 1, maxLength: 6 },
);

/** Every model on the way from `start` along `given`. */
function path(
  optimizer: ServerOptimizer,
  start: Float32Array,
  given: readonly Float64Array[],
): readonly Float32Array[] {
  const slots = Object.fromEntries(
    Object.entries(optimizer.slots).map(([name, value]) => [name, new Float64Array(start.length).fill(value)]),
  );
  const models: Float32Array[] = [];
  for (const delta of given) {
    models.push(optimizer.step({ params: models.at(-1) ?? start, delta, slots }));
  }
  return models;
}

describe.each(optimizers)("server optimizer %s", (_, optimizer) => {
  test("returns a vector of its own and leaves model and delta as they were", () => {
    fc.assert(
      fc.property(params, deltas, (start, given) => {
        const [startBefore, givenBefore] = [start.slice(), given.map((delta) => delta.slice())];
        const models = path(optimizer, start, given);
        expect(new Set([start, ...models]).size).toBe(1 + models.length);
        expect(start).toEqual(startBefore);
        expect(given).toEqual(givenBefore);
      }),
    );
  });

  test("treats every parameter on its own", () => {
    fc.assert(
      fc.property(params, deltas, fc.nat({ max: length - 1 }), (start, given, i) => {
        const alone = path(
          optimizer,
          start.slice(i, i + 1),
          given.map((delta) => delta.slice(i, i + 1)),
        );
        expect(path(optimizer, start, given).map((model) => model[i])).toEqual(alone.map(([x]) => x));
      }),
    );
  });

  test("mirrors: opposite deltas from the opposite model lead to the opposite models", () => {
    fc.assert(
      fc.property(params, deltas, (start, given) => {
        const mirrored = path(
          optimizer,
          start.map((x) => -x),
          given.map((delta) => delta.map((d) => -d)),
        );
        // + 0 makes −0 and 0 the same.
        expect(mirrored.map((model) => model.map((x) => -x + 0))).toEqual(
          path(optimizer, start, given).map((model) => model.map((x) => x + 0)),
        );
      }),
    );
  });

  test("moves in the direction of the first delta, and stays for a delta of zero", () => {
    fc.assert(
      fc.property(params, (any) => {
        // A delta below 1e-3 could be less than a float32 shows.
        const delta = any.map((d) => (Math.abs(d) < 1e-3 ? 0 : d));
        const [moved] = path(optimizer, new Float32Array(length), [Float64Array.from(delta)]);
        expect(Array.from(moved ?? [], Math.sign)).toEqual(Array.from(delta, Math.sign));
      }),
    );
  });

  test("stays finite for 200 deltas of ordinary size", () => {
    const given = Array.from({ length: 200 }, (__, k) => Float64Array.of(1e-3, -1e3, k % 2 === 0 ? 1 : -1, 0));
    const last = path(optimizer, new Float32Array(length), given).at(-1) ?? new Float32Array(0);
    expect(last.every((x) => Number.isFinite(x))).toBe(true);
  });
});

test("an elementwise step asks for each element once, in order, and rounds it to float32", () => {
  const asked: number[] = [];
  const updated = elementwise(3, (i) => {
    asked.push(i);
    return i + 0.1;
  });
  expect(asked).toEqual([0, 1, 2]);
  expect(updated).toEqual(Float32Array.of(0.1, 1.1, 2.1));
});
