import { expect, test } from "vitest";
import { plainPack, plainUnpack } from "./packing.ts";

test("by hand: 1, 2 and 3 of 3 bits are 1 + 2 · 8 + 3 · 64 = 209, and of 9 bits 1, 2 · 2 and 3 · 4", () => {
  const bytes = new Uint8Array(4).fill(0xff);
  plainPack(Uint8Array.of(1, 2, 3), 3, bytes);
  expect([...bytes]).toEqual([209, 0, 0xff, 0xff]);
  const back = new Uint8Array(3);
  plainUnpack(bytes, 3, back);
  expect([...back]).toEqual([1, 2, 3]);
  plainPack(Uint16Array.of(1, 2, 3), 9, bytes);
  expect([...bytes]).toEqual([1, 4, 12, 0]);
});

test("widths and lengths that do not go together are a bug", () => {
  expect(() => plainPack(new Uint8Array(3), 9, new Uint8Array(9))).toThrow("a width in [1, 8], got 9");
  expect(() => plainUnpack(new Uint8Array(1), 3, new Uint8Array(3))).toThrow("2 bytes, got 1");
});
