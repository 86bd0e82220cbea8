import fc from "fast-check";
import { expect, test } from "vitest";
import { integerStream } from "../base/draws.ts";
import { rootKey } from "../base/key.ts";
import { drawPlaces } from "./draw-places.ts";

const drawings = fc
  .tuple(fc.maxSafeNat(), fc.nat({ max: 200 }), fc.nat({ max: 200 }))
  .map(([seed, a, b]) => ({ key: rootKey(seed), count: Math.min(a, b), length: Math.max(a, b) }));

test("draws as many places as are asked for, ascending, none twice", () => {
  fc.assert(
    fc.property(drawings, ({ key, count, length }) => {
      const places = [...drawPlaces(key, count, length)];
      expect(new Set(places).size).toBe(count);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(places.every((place) => place < length)).toBe(true);
    }),
  );
});

test("draws what Floyd's method draws with a set", () => {
  fc.assert(
    fc.property(drawings, ({ key, count, length }) => {
      const below = integerStream(key);
      const set = new Set<number>();
      for (let last = length - count; last < length; last++) {
        const place = below(last + 1);
        set.add(set.has(place) ? last : place);
      }
      expect(drawPlaces(key, count, length)).toEqual(Uint32Array.from(set).sort());
    }),
  );
});

test("draws more places than a set has room for", () => {
  const count = 2 ** 24 + 1;
  const places = drawPlaces(rootKey(1), count, count + 1);
  expect(places).toHaveLength(count);
  let ascending = 0;
  for (let at = 1; at < count; at++) ascending += Number((places[at] ?? 0) > (places[at - 1] ?? 0));
  expect(ascending).toBe(count - 1);
}, 60_000);
