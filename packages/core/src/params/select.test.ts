import fc from "fast-check";
import { expect, test } from "vitest";
import { LARGEST_MAGNITUDE, MAGNITUDE_BITS, plainSelect } from "./select.ts";

const finite = fc.float({ min: -(2 ** 100), max: 2 ** 100, noNaN: true });
const differences = fc
  .array(fc.tuple(finite, finite), { maxLength: 40 })
  .map((both) => ({ trained: Float32Array.from(both, ([x]) => x), anchor: Float32Array.from(both, ([, y]) => y) }));

/** The bits of a magnitude. */
function bitsOf(value: number): number {
  return (new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0) & MAGNITUDE_BITS;
}

test("what is found are the numbers of the stretch whose bits are larger, with their places", () => {
  fc.assert(
    fc.property(differences, fc.nat(), fc.integer({ min: -1, max: LARGEST_MAGNITUDE }), (difference, start, above) => {
      const { trained, anchor } = difference;
      const from = start % (trained.length + 1);
      const into = { indices: new Uint32Array(trained.length), values: new Float32Array(trained.length) };
      const count = plainSelect(difference, { from, to: trained.length, above }, into) ?? -1;
      const x = trained.map((end, i) => end - (anchor[i] ?? 0));
      const expected = [...x.entries()].filter(([i, value]) => i >= from && bitsOf(value) > above);
      expect(Array.from({ length: count }, (_, at) => [into.indices[at], into.values[at]])).toEqual(expected);
    }),
  );
});
