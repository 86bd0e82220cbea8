import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ImageShift, imageShifter } from "./image-shift.ts";
import { turn } from "./turn.ts";

const still: ImageShift = { degrees: 0, blurPixels: 0, gains: [1] };
const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

function changed(given: Float32Array, shape: readonly number[], shift: Partial<ImageShift>): readonly number[] {
  return [...imageShifter(shape, { ...still, ...shift })(given)];
}

describe("a turn", () => {
  test("is that of Math to the last few bits, at any angle", () => {
    fc.assert(
      fc.property(fc.double({ min: -720, max: 720, noNaN: true }), (degrees) => {
        const { cosine, sine } = turn(degrees);
        expect(cosine).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 12);
        expect(sine).toBeCloseTo(Math.sin((degrees * Math.PI) / 180), 12);
      }),
    );
  });

  test("is exact for quarters", () => {
    const quarters = [0, 90, 180, 270, 360, -90].map((degrees) => turn(degrees));
    expect(quarters.map(({ cosine, sine }) => [cosine + 0, sine + 0])).toEqual([
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
      [1, 0],
      [0, -1],
    ]);
  });
});

describe("a rotation", () => {
  test("by a quarter goes counter-clockwise and moves every pixel whole", () => {
    expect(changed(image, [1, 3, 3], { degrees: 90 })).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    expect(changed(image, [1, 3, 3], { degrees: 180 })).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(changed(Float32Array.of(1, 2, 3, 4), [1, 2, 2], { degrees: 90 })).toEqual([2, 4, 1, 3]);
  });

  test("by an eighth reads between pixels, and nothing from beyond the border", () => {
    const corner = changed(Float32Array.of(0, 0, 0, 0, 8, 0, 0, 0, 0), [1, 3, 3], { degrees: 45 });
    // The pixel right of the centre comes from (√½, √½) off it: the centre weighs (1 − √½)² = 0.0858.
    expect(corner[4]).toBe(8);
    expect(corner[5]).toBeCloseTo(8 * (1 - Math.SQRT1_2) ** 2, 12);
    expect(changed(new Float32Array(9).fill(1), [1, 3, 3], { degrees: 45 })[0]).toBeLessThan(1);
  });

  test("turns each channel alike", () => {
    const both = Float32Array.of(...image, ...image.map((x) => 10 * x));
    const turned = changed(both, [2, 3, 3], { degrees: 90 });
    expect(turned.slice(9)).toEqual(turned.slice(0, 9).map((x) => 10 * x));
  });
});

describe("a blur", () => {
  test("keeps what is even, and spreads a point by the weights of a Gaussian", () => {
    const even = changed(new Float32Array(9).fill(7), [1, 3, 3], { blurPixels: 1.3 });
    for (const value of even) expect(value).toBeCloseTo(7, 12);
    const point = new Float32Array(81);
    point[40] = 1;
    const spread = changed(point, [1, 9, 9], { blurPixels: 1 });
    expect(spread.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
    expect((spread[41] ?? 0) / (spread[40] ?? 1)).toBeCloseTo(Math.exp(-0.5), 12);
    expect((spread[50] ?? 0) / (spread[40] ?? 1)).toBeCloseTo(Math.exp(-1), 12);
  });
});

test("gains multiply, one for all channels or one for each", () => {
  expect(changed(image, [9], { gains: [2] })).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18]);
  expect(changed(Float32Array.of(1, 1, 1, 1), [2, 1, 2], { gains: [2, 3] })).toEqual([2, 2, 3, 3]);
});
