import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTable, tableOf, WHOLE, writeTable } from "./byte-table.ts";

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 3000, size: "max" }),
  fc.array(fc.constantFrom(0, 7, 255), { minLength: 1, maxLength: 9000 }).map((values) => Uint8Array.from(values)),
);

test("shares add up to the whole, and every byte that occurs has one", () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const { shares } = tableOf(given);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(WHOLE);
      const present = new Set(given);
      shares.forEach((share, byte) => expect(share > 0).toBe(present.has(byte)));
    }),
  );
});

test("what is written is read", () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const table = tableOf(given);
      const block = writeTable(table);
      expect(readTable(Uint8Array.of(9, ...block, 9), 1)).toEqual({ kind: "table", table, end: block.length + 1 });
    }),
  );
});

test("by hand: three of four bytes are 2, one is 5", () => {
  // 0, and one more after it; 3072 = 0 + 24 · 128; 0, and one more; 1024 = 0 + 8 · 128; 0, and 249 more.
  expect([...writeTable(tableOf(Uint8Array.of(2, 2, 5, 2)))]).toEqual([0, 1, 0x80, 24, 0, 1, 0x80, 8, 0, 249]);
});

describe("refuses", () => {
  test.each([
    ["shares that do not add up", [0x80, 24, 0, 254], "the update has shares that add up to 3072, expected 4096"],
    [
      "a share that is larger than the whole",
      [0x81, 32, 0, 254],
      "the update has a share of 4097 for byte 0, expected at most 4096",
    ],
    ["a table that ends early", [0x80, 32], "the update has no proper number where the share of byte 1 belongs"],
    [
      "a run of zeros beyond the last byte",
      [0x80, 32, 0, 255],
      "the update has a table with a wrong run of zeros before byte 2",
    ],
    [
      "a run of zeros without a length",
      [0x80, 32, 0],
      "the update has a table with a wrong run of zeros before byte 2",
    ],
    [
      "two runs of zeros where one would do",
      [0x80, 32, 0, 1, 0, 252],
      "the update has a table with a wrong run of zeros before byte 4",
    ],
  ])("%s", (_, block, detail) => {
    expect(readTable(Uint8Array.from(block), 0)).toEqual({ kind: "defect", detail });
  });
});
