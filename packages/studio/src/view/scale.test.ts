import fc from "fast-check";
import { expect, test } from "vitest";
import { anchorFor, marginFor, shortened } from "./labels.ts";
import { nearest, scaleOf, thinned } from "./scale.ts";

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });

test("values go between the ends of a scale, in order, and ticks are in sight", () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 20 }), (values) => {
      const { at, ticks } = scaleOf(values, { from: 10, to: 110 });
      const places = values.toSorted((one, other) => one - other).map(at);
      for (const place of [...places, ...ticks.map(at)]) expect(place).toBeGreaterThanOrEqual(10);
      for (const place of [...places, ...ticks.map(at)]) expect(place).toBeLessThanOrEqual(110);
      expect(places).toEqual(places.toSorted((one, other) => one - other));
      expect(ticks.length).toBeLessThanOrEqual(6);
    }),
    { examples: [[[0, 5e-324]], [[1e6, 1e6 + 1e-10]]] },
  );
});

test("ticks are round", () => {
  expect(scaleOf([0.13, 0.94], { from: 0, to: 1, lowest: 0, highest: 1 }).ticks).toEqual([0, 0.5, 1]);
  expect(scaleOf([0, 37], { from: 0, to: 1 }).ticks).toEqual([0, 10, 20, 30]);
});

test("a place leads back to its value", () => {
  const { at, back } = scaleOf([0, 8], { from: 100, to: 0 });
  expect(back(at(3))).toBeCloseTo(3);
});

test("the nearest point is found, and of many points enough are drawn", () => {
  const points = [0, 1, 2, 10].map((x) => [x, 0] as const);
  expect([-5, 0.4, 5, 7, 99].map((x) => nearest(points, x))).toEqual([0, 0, 2, 3, 3]);
  const many = thinned(Array.from({ length: 10_001 }, (_, at) => at));
  expect(many.length).toBeLessThanOrEqual(502);
  expect([many[0], many.at(-1)]).toEqual([0, 10_000]);
});

test("an axis stands where its longest label has room, and labels at the right edge end there", () => {
  const scale = scaleOf([0, 600_000], { from: 0, to: 1 });
  const rate = (bytes: number): string => `${bytes / 1000} kB/s`;
  expect(marginFor(scale, rate)).toBeGreaterThanOrEqual(8 + 8 * "600 kB/s".length);
  expect(marginFor(scale, () => "1")).toBeLessThan(60);
  expect([100, 460].map((place) => anchorFor("10 min", place, 480))).toEqual(["middle", "end"]);
  expect(["10 min 0 s", "10 min 20 s", "0 s", "2.0 MB", "2.05 s"].map(shortened)).toEqual([
    "10 min",
    "10 min 20 s",
    "0 s",
    "2 MB",
    "2.05 s",
  ]);
});
