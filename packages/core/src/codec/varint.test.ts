import fc from "fast-check";
import { expect, test } from "vitest";
import { readVarint, varintBytes, writeVarint } from "./varint.ts";

test("what is written is read, in as many bytes as were told", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.nat({ max: 31 }),
      fc.nat({ max: 5 }),
      (word, shift, from) => {
        const value = word >>> shift;
        const bytes = new Uint8Array(12).fill(0xff);
        const end = writeVarint(bytes, from, value);
        expect(end - from).toBe(varintBytes(value));
        expect(readVarint(bytes, from)).toEqual({ value, end });
        expect(bytes[end]).toBe(0xff);
      },
    ),
  );
});

test("by hand: 300 is 44 + 2 · 128", () => {
  const bytes = new Uint8Array(2);
  expect(writeVarint(bytes, 0, 300)).toBe(2);
  expect([...bytes]).toEqual([0x80 | 44, 2]);
});

test.each([
  ["none", []],
  ["one that does not end", [0x80]],
  ["one that is longer than it need be", [0x81, 0]],
  ["one of six bytes", [0x80, 0x80, 0x80, 0x80, 0x80, 1]],
])("reads no number from %s", (_, bytes) => {
  expect(readVarint(Uint8Array.from(bytes), 0)).toBeNull();
});
