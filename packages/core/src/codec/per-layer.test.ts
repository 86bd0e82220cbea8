import { codecConformance } from "@potluck/testkit";
import { expect, test } from "vitest";
import { normals } from "../base/draws.ts";
import { rootKey } from "../base/key.ts";
import { layoutOf } from "../params/layout.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import type { Part } from "../part/part.ts";
import { type Codec, codecFor } from "./codec.ts";
import { chain, entropy, perLayer } from "./index.ts";
import { kMeans } from "./k-means.ts";
import { qsgd } from "./qsgd.ts";
import { topK } from "./top-k.ts";

const key = rootKey(1);

/** A codec for models of these tensors, as a part. */
function forTensors(codec: Codec & Part, ...shapes: readonly (readonly number[])[]): Codec & Part {
  const layout = layoutOf(shapes.map((shape, at) => ({ name: `tensor ${at}`, shape })));
  return { ...codecFor(codec, { version: 0, layout }), part: codec.part };
}

codecConformance(perLayer({ codec: topK({ ratio: 0.3 }) }));
codecConformance(perLayer({ codec: qsgd({ bits: 4, bucket: 16 }) }));
codecConformance(
  perLayer({ codec: entropy({ codec: chain({ sparsifier: topK({ ratio: 0.3 }), quantiser: kMeans({ bits: 2 }) }) }) }),
);

function arrived(codec: Codec, x: Float32Array): readonly number[] {
  const sum = new Float64Array(x.length);
  codec.accumulate(codec.encode(x, null, key), { sum, weight: 1, anchor: null, key }, plainKernels);
  return [...sum];
}

const shapes = [[2, 3], [2], [3, 1]] as const;
const x = Float32Array.of(1, -9, 2, 8, 0.5, 0, /**/ 0.01, -0.02, /**/ 3, 0.1, -4);

test("of each matrix the largest numbers are sent, and vectors as they are", () => {
  const codec = forTensors(perLayer({ codec: topK({ ratio: 0.3 }) }), ...shapes);
  expect(arrived(codec, x)).toEqual([0, -9, 0, 8, 0, 0, x[6], x[7], 0, 0, -4]);
});

test("or of all tensors, if they are to be coded", () => {
  const codec = forTensors(perLayer({ codec: topK({ ratio: 0.3 }), dense: "none" }), ...shapes);
  expect(arrived(codec, x)).toEqual([0, -9, 0, 8, 0, 0, 0, x[7], 0, 0, -4]);
});

test("it guarantees what it does for the tensor for which that is least", () => {
  const { guarantee } = forTensors(perLayer({ codec: topK({ ratio: 0.3 }) }), ...shapes);
  expect(guarantee.kind === "contractive" && guarantee.contraction(11)).toBe(1 / 3);
  const noisy = forTensors(perLayer({ codec: qsgd({ bits: 2 }) }), [4, 4], [64, 64]).guarantee;
  const alone = qsgd({ bits: 2 }).guarantee;
  expect(noisy.kind === "unbiased" && alone.kind === "unbiased" && noisy.variance(1)).toBe(
    alone.kind === "unbiased" ? alone.variance(64 * 64) : null,
  );
});

test("a message that is cut anywhere, or too long, is refused in words that name the tensor", () => {
  const codec = forTensors(perLayer({ codec: topK({ ratio: 0.3 }) }), ...shapes);
  const message = codec.encode(x, null, key);
  expect(codec.defect(message, x.length, plainKernels)).toBeNull();
  for (let end = 0; end < message.length; end++) {
    expect(codec.defect(message.subarray(0, end), x.length, plainKernels)).toMatch(/tensor|behind its 2 tensors/);
  }
  const long = new Uint8Array([...message, 0]);
  expect(codec.defect(long, x.length, plainKernels)).toBe("the update has 9 bytes, expected 8, behind its 2 tensors");
});

test("a warm-up goes on in every layer", () => {
  const codec = perLayer({ codec: topK({ ratio: 0.01, warmUpVersions: 8 }) });
  const layout = layoutOf([{ name: "weights", shape: [10, 10] }]);
  const vector = Float32Array.from(normals(key, 100));
  const sent = [0, 8].map((version) => arrived(codecFor(codec, { version, layout }), vector).filter((v) => v !== 0));
  expect(sent.map(({ length }) => length)).toEqual([25, 1]);
});
