import { codecConformance } from "@potluck/testkit";
import { expect, test } from "vitest";
import { normals } from "../base/draws.ts";
import { rootKey } from "../base/key.ts";
import { layoutOf } from "../params/layout.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { codecFor } from "./codec.ts";
import { fedZip } from "./index.ts";

codecConformance(fedZip({ ratio: 0.3 }));

test("two layers of 30,000 numbers, 1% of each as one of four values, take 150 times fewer bytes than float32", () => {
  const key = rootKey(1);
  const layout = layoutOf([
    { name: "first", shape: [100, 300] },
    { name: "bias", shape: [3] },
    { name: "second", shape: [300, 100] },
  ]);
  const x = Float32Array.from(normals(key, 60_003));
  const codec = codecFor(fedZip(), { version: 0, layout });
  const message = codec.encode(x, null, key);
  // 600 indices of 8.1 bits, 600 numbers of 2, two codebooks, tables and lengths, and a bias of 12 bytes.
  expect((4 * x.length) / message.byteLength).toBeGreaterThan(150);
  const sum = new Float64Array(x.length);
  codec.accumulate(message, { sum, weight: 1, anchor: null, key }, plainKernels);
  const values = new Set(sum.subarray(0, 30_000));
  expect(values.size).toBe(5);
  expect(sum.subarray(0, 30_000).filter((value) => value !== 0)).toHaveLength(300);
  expect([...sum.subarray(30_000, 30_003)]).toEqual([...x.subarray(30_000, 30_003)]);
});
