import fc from "fast-check";
import { expect, test } from "vitest";
import { plainKernels } from "../params/vector-kernels.ts";
import { packedBytes, readPacked, unpackAll, writePacked } from "./bits.ts";

/** Numbers of some bits each. */
const lists = fc.integer({ min: 1, max: 16 }).chain((width) => {
  const number = fc.integer({ min: 0, max: 2 ** width - 1 });
  return fc.record({ width: fc.constant(width), numbers: fc.array(number, { maxLength: 60 }) });
});

test("numbers packed together are those packed one by one, and are read as they were, together and one by one", () => {
  fc.assert(
    fc.property(lists, ({ width, numbers }) => {
      const size = packedBytes(numbers.length, width);
      const [together, apart] = [new Uint8Array(size), new Uint8Array(size)];
      plainKernels.pack(Uint16Array.from(numbers), width, together);
      numbers.forEach((number, at) => {
        writePacked(apart, at, width, number);
      });
      expect(together).toEqual(apart);
      expect([...unpackAll(together, numbers.length, width, plainKernels)]).toEqual(numbers);
      expect(numbers.map((_, at) => readPacked(together, at, width))).toEqual(numbers);
    }),
  );
});

test("by hand: 1, 2 and 3 of 3 bits are 1 + 2 · 8 + 3 · 64 = 209", () => {
  const bytes = new Uint8Array(2);
  plainKernels.pack(Uint8Array.of(1, 2, 3), 3, bytes);
  expect([...bytes]).toEqual([209, 0]);
});
