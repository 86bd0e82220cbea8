import { codecConformance } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { normals } from "../base/draws.ts";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { qsgd } from "./qsgd.ts";

for (const options of [{ bits: 2, bucket: 1 }, { bits: 2 }, { bits: 3, bucket: 7 }, {}, { bits: 13, bucket: 40 }]) {
  codecConformance(qsgd(options));
}

const key = rootKey(1);

test("by hand: with 3 bits there are 3 levels either way, and what lies on one is sent as it is", () => {
  // m = 3, s = 3: levels −3 … 3 are codes 0 … 6. 3, −2, 0, 1 are 6, 1, 3, 4: bits from the lowest 110 001 011 100 read backwards.
  const payload = qsgd({ bits: 3 }).encode(Float32Array.of(3, -2, 0, 1), new Float32Array(4), key);
  // 6 + 1 · 2^3 + 3 · 2^6 + 4 · 2^9 = 6 + 8 + 192 + 2048 = 2254 = 0x8ce; 3 as float32 is 0x40400000.
  expect([...payload]).toEqual([0x00, 0x00, 0x40, 0x40, 0xce, 0x08]);
  const sum = Float64Array.of(1, 1, 1, 1);
  qsgd({ bits: 3 }).accumulate(payload, { sum, weight: 2, anchor: new Float32Array(4), key }, plainKernels);
  expect([...sum]).toEqual([7, -3, 1, 3]);
});

test("what lies between two levels is sent as one of them", () => {
  const x = Float32Array.from({ length: 200 }, (_, i) => (i === 0 ? 1 : 0.25));
  const codec = qsgd({ bits: 2 });
  const sum = new Float64Array(200);
  codec.accumulate(codec.encode(x, new Float32Array(200), key), { sum, weight: 1, anchor: x, key }, plainKernels);
  const ups = sum.filter((value) => value === 1).length - 1;
  expect([...new Set(sum)].sort((a, b) => a - b)).toEqual([0, 1]);
  // Binomial(199, ¼) has mean 49.75 and deviation 6.1.
  expect(ups).toBeGreaterThan(25);
  expect(ups).toBeLessThan(75);
});

test.each([
  [{ bits: 8, bucket: 512 }, 1000, 8 + 1000],
  [{ bits: 4, bucket: 512 }, 1001, 8 + 501],
  [{ bits: 2, bucket: 100 }, 1000, 40 + 250],
])("with %j, %i numbers take %i bytes", (options, length, bytes) => {
  expect(qsgd(options).encode(new Float32Array(length), new Float32Array(length), key).byteLength).toBe(bytes);
});

test("with 2 bits most normal numbers arrive as 0, and it says so", () => {
  const x = Float32Array.from(normals(key, 10_000));
  const zerosOf = (bits: number): number => {
    const [codec, sum] = [qsgd({ bits }), new Float64Array(x.length)];
    codec.accumulate(
      codec.encode(x, new Float32Array(x.length), key),
      { sum, weight: 1, anchor: x, key },
      plainKernels,
    );
    return sum.filter((value) => value === 0).length / sum.length;
  };
  // E|x| = 0.80, and the largest of 512 is about 3.1: one in four is rounded up.
  expect(zerosOf(2)).toBeGreaterThan(0.7);
  expect(zerosOf(3)).toBeLessThan(0.5);
  expect(qsgd({ bits: 2 }).isSparse).toBe(true);
  expect(qsgd({ bits: 3 }).isSparse).toBe(false);
});

describe("refuses", () => {
  const codec = qsgd({ bits: 3, bucket: 2 });
  const x = Float32Array.of(1, -1, 0.5);
  // Two scales, then 9 bits of numbers.
  const sound = codec.encode(x, new Float32Array(3), key);
  const changed = (at: number, byte: number): Uint8Array => sound.map((old, i) => (i === at ? byte : old));

  test("a level that does not exist", () => {
    // 3 bits: 7 is none.
    expect(codec.defect(changed(8, 0xff), 3, plainKernels)).toBe(
      "number 0 of the update has the level 7, expected at most 6",
    );
  });

  test("a scale below 0, an infinite one, and one that is not a number", () => {
    expect(codec.defect(changed(3, 0xbf), 3, plainKernels)).toBe(
      "bucket 0 of the update has the scale -1, expected one ≥ 0",
    );
    const infinite = sound.slice();
    new DataView(infinite.buffer).setFloat32(4, Infinity, true);
    expect(codec.defect(infinite, 3, plainKernels)).toBe("the update holds numbers that are not finite");
    new DataView(infinite.buffer).setFloat32(4, Number.NaN, true);
    expect(codec.defect(infinite, 3, plainKernels)).toBe("the update holds numbers that are not finite");
  });

  test("bits behind the last number", () => {
    expect(codec.defect(changed(9, 0x82), 3, plainKernels)).toBe("the update has bits behind its last number");
  });

  test("a length that lies", () => {
    expect(codec.defect(sound, 4, plainKernels)).toBeNull();
    expect(codec.defect(sound, 5, plainKernels)).toBe("the update has 10 bytes, expected 14");
  });
});
