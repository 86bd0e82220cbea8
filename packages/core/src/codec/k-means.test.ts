import { codecConformance, vectors } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normals } from "../base/draws.ts";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { codebookFrom, sorted } from "./centres.ts";
import { kMeans } from "./k-means.ts";

for (const options of [{ bits: 1 }, { bits: 2 }, {}, { bits: 8 }]) codecConformance(kMeans(options));

const key = rootKey(1);

function sent(x: Float32Array, bits: number): Uint8Array {
  return kMeans({ bits }).encode(x, new Float32Array(x.length), key);
}

function through(x: Float32Array, bits: number): Float64Array {
  const sum = new Float64Array(x.length);
  kMeans({ bits }).accumulate(sent(x, bits), { sum, weight: 1, anchor: x, key }, plainKernels);
  return sum;
}

test("by hand: two centres for four numbers, each the mean of two", () => {
  const payload = sent(Float32Array.of(0, 10, 9, 1), 1);
  // 10 is in [2^3, 2^4). 0.5 / 8 = 0.0625 is 0x3d800000, 9.5 / 8 = 1.1875 is 0x3f980000; codes 0 1 1 0.
  expect([...payload]).toEqual([1, 3, 0, 0, 0, 0x80, 0x3d, 0, 0, 0x98, 0x3f, 0b0110]);
  const sum = Float64Array.of(1, 1, 1, 1);
  kMeans({ bits: 1 }).accumulate(payload, { sum, weight: 2, anchor: new Float32Array(4), key }, plainKernels);
  expect([...sum]).toEqual([2, 20, 20, 2]);
});

test("equal numbers have one centre and take no bits", () => {
  expect(sent(new Float32Array(100).fill(-3), 4)).toHaveLength(7);
  expect([...through(new Float32Array(3).fill(-3), 4)]).toEqual([-3, -3, -3]);
});

test("every number is sent as the nearest centre", () => {
  fc.assert(
    fc.property(vectors, fc.integer({ min: 1, max: 4 }), (x, bits) => {
      const arrived = through(x, bits);
      const centres = [...new Set(arrived)];
      const largest = Math.max(0, ...Array.from(x, Math.abs));
      arrived.forEach((centre, i) => {
        const nearest = Math.min(...centres.map((other) => Math.abs(other - (x[i] ?? 0))));
        expect(Math.abs(centre - (x[i] ?? 0)) - nearest).toBeLessThanOrEqual(1e-12 * largest);
      });
    }),
  );
});

// The least mean squared errors for normal numbers: Max, "Quantizing for minimum distortion", IRE Transactions on
// Information Theory 6(1), 1960, table I.
test.each([
  [1, 0.3634],
  [2, 0.1175],
  [3, 0.03454],
  [4, 0.009497],
])("with %i bits, normal numbers are off by %f in mean square, as little as can be", (bits, least) => {
  const x = Float32Array.from(normals(rootKey(3), 50_000));
  const error = through(x, bits).reduce((total, y, i) => total + (y - (x[i] ?? 0)) ** 2, 0) / x.length;
  expect(error / least).toBeGreaterThan(0.97);
  expect(error / least).toBeLessThan(1.03);
});

test("of numbers of which few are large, little is lost, and less than from shares as a start", () => {
  const x = Float32Array.from(normals(rootKey(4), 10_000), (value) => value ** 5);
  const shares = Array.from({ length: 15 }, (_, at) => (at + 1) * 625);
  const all = x.reduce((total, value) => total + value * value, 0);
  const lost = through(x, 4).reduce((total, y, i) => total + (y - (x[i] ?? 0)) ** 2, 0);
  expect(lost / all).toBeLessThan(0.03);
  expect(lost).toBeLessThan(all - codebookFrom(sorted(x), shares).kept);
});

test.each([
  [1, 0.001],
  [2, 0.015],
  [3, 0.28],
  [4, 0.85],
  [8, 0.998],
])("with %i bits, at least %f of the squares of 1,000 numbers is proved to arrive", (bits, least) => {
  const { guarantee } = kMeans({ bits });
  const contraction = guarantee.kind === "contractive" ? guarantee.contraction(1000) : 0;
  expect(contraction).toBeGreaterThanOrEqual(least);
  expect(contraction).toBeLessThanOrEqual(1);
});

test("1,000 numbers with 4 bits take 500 bytes, sixteen centres and 3 bytes", () => {
  const x = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * i));
  expect(sent(x, 4)).toHaveLength(500 + 64 + 3);
});

describe("refuses", () => {
  const codec = kMeans({ bits: 2 });
  // Three centres, −1, 0 and 1, of 2 bits each.
  const sound = codec.encode(Float32Array.of(1, -1, 0), new Float32Array(3), key);
  const changed = (at: number, byte: number): Uint8Array => sound.map((old, i) => (i === at ? byte : old));
  const defect = (payload: Uint8Array, length = 3): string | null => codec.defect(payload, length, plainKernels);

  test("nothing of a message without a defect", () => {
    expect([...sound]).toEqual([2, 0, 0, 0, 0, 0x80, 0xbf, 0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0b01_00_10]);
    expect(defect(sound)).toBeNull();
  });

  test("a centre that does not exist", () => {
    expect(defect(changed(15, 0b01_11_10))).toBe("number 1 of the update is centre 3, and there are 3");
  });

  test("more centres than it asks for", () => {
    expect(defect(changed(0, 4))).toBe("the update has 5 centres, expected at most 4");
  });

  test("a count of centres that lies", () => {
    expect(defect(changed(0, 3))).toBe("the update has 16 bytes, expected 20");
  });

  test("a centre that is too large, and one that is not finite", () => {
    expect(defect(changed(14, 0x40))).toBe("the update has the centre 4, expected one below 2");
    expect(defect(changed(14, 0x7f))).toBe("the update holds numbers that are not finite");
  });

  test("an exponent that float32 has no room for", () => {
    expect(defect(changed(1, 128))).toBe("the update has the exponent 128, expected one that float32 has room for");
  });

  test("bits behind the last number", () => {
    expect(defect(changed(15, 0b01_01_00_10))).toBe("the update has bits behind its last number");
  });

  test("a length that lies, and nothing at all", () => {
    expect(defect(sound, 5)).toBe("the update has 16 bytes, expected 17");
    expect(defect(new Uint8Array(0))).toBe("the update says nothing about its centres");
    expect(defect(sound, 0)).toBe("the update has 16 bytes, expected 0");
  });
});
