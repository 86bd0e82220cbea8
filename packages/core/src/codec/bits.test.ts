import fc from "fast-check";
import { expect, test } from "vitest";
import { packAll, packedBytes, readPacked, unpackAll, writePacked } from "./bits.ts";

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
      packAll(together, Uint16Array.from(numbers), width);
      numbers.forEach((number, at) => {
        writePacked(apart, at, width, number);
      });
      expect(together).toEqual(apart);
      expect([...unpackAll(together, numbers.length, width)]).toEqual(numbers);
      expect(numbers.map((_, at) => readPacked(together, at, width))).toEqual(numbers);
    }),
  );
});

test("by hand: 1, 2 and 3 of 3 bits are 1 + 2 · 8 + 3 · 64 = 209", () => {
  const bytes = new Uint8Array(2);
  packAll(bytes, Uint8Array.of(1, 2, 3), 3);
  expect([...bytes]).toEqual([209, 0]);
});
