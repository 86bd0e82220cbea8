import { codecConformance } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { normals } from "../base/draws.ts";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { sign } from "./sign.ts";

for (const options of [{ bucket: 1 }, { bucket: 11 }, {}]) codecConformance(sign(options));

const key = rootKey(1);

function through(x: Float32Array): Float64Array {
  const sum = new Float64Array(x.length);
  const payload = sign().encode(x, new Float32Array(x.length), key);
  sign().accumulate(payload, { sum, weight: 1, anchor: x, key }, plainKernels);
  return sum;
}

test("by hand: the mean magnitude of 1, −2, 0 and 5 is 2", () => {
  const x = Float32Array.of(1, -2, 0, 5);
  expect([...through(x)]).toEqual([2, -2, 2, 2]);
  // 2 as float64 is 0x4000000000000000; the second of the bits is set.
  expect([...sign().encode(x, new Float32Array(4), key)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0x40, 2]);
});

test("normal numbers lose 1 − 2/π of their square", () => {
  const x = Float32Array.from(normals(key, 5120));
  const y = through(x);
  const lost = x.reduce((sum, value, i) => sum + (value - (y[i] ?? 0)) ** 2, 0);
  expect(lost / x.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1 - 2 / Math.PI, 1);
});

test("1,000 numbers take 125 bytes and two scales", () => {
  expect(sign().encode(new Float32Array(1000), new Float32Array(1000), key).byteLength).toBe(141);
});

describe("refuses", () => {
  const withScale = (scale: number, bits: number): Uint8Array => {
    const payload = new Uint8Array(9);
    new DataView(payload.buffer).setFloat64(0, scale, true);
    payload[8] = bits;
    return payload;
  };

  test.each([-1, 1e39])("the scale %d", (scale) => {
    expect(sign().defect(withScale(scale, 0), 8, plainKernels)).toBe(
      `bucket 0 of the update has the scale ${scale}, expected one that float32 has room for`,
    );
  });

  test("a scale that is not finite", () => {
    expect(sign().defect(withScale(Number.NaN, 0), 8, plainKernels)).toBe(
      "the update holds numbers that are not finite",
    );
  });

  test("bits behind the last number", () => {
    expect(sign().defect(withScale(1, 7), 3, plainKernels)).toBeNull();
    expect(sign().defect(withScale(1, 8), 3, plainKernels)).toBe("the update has bits behind its last number");
  });
});
