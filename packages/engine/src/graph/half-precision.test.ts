import { expect, test } from "vitest";
import { float16Bits, float16Number } from "./half-precision.ts";

test("all finite float16 are the bits of the number that they are", () => {
  for (let bits = 0; bits < 2 ** 16; bits++) {
    if ((bits & 0x7c_00) === 0x7c_00) continue;
    expect(float16Bits(float16Number(bits))).toBe(bits);
  }
});

test("numbers between two float16 become the nearer one, in the middle the even one", () => {
  for (let bits = 0; bits < 0x7b_ff; bits += 7) {
    const [below, above] = [float16Number(bits), float16Number(bits + 1)];
    const middle = (below + above) / 2;
    expect(float16Bits(middle)).toBe(bits % 2 === 0 ? bits : bits + 1);
    expect(float16Bits(middle + (above - below) / 8)).toBe(bits + 1);
    expect(float16Bits(-(middle - (above - below) / 8))).toBe(bits | 0x80_00);
  }
});

test("what is too large is infinite, and what is not a number stays so", () => {
  // The largest float16 is 65504, and the next step would be 65536.
  expect([65_519, 65_520, -1e9].map(float16Bits)).toEqual([0x7b_ff, 0x7c_00, 0xfc_00]);
  expect([0x7c_00, 0xfc_00, 0x7e_00].map(float16Number)).toEqual([Infinity, -Infinity, NaN]);
  expect(float16Number(float16Bits(Number.NaN))).toBeNaN();
});
