import { describe, expect, test } from "vitest";
import { fold, rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { type Codec, codecFor, withSecret } from "./codec.ts";
import { countSketch, entropy, perLayer, srht } from "./index.ts";

const [key, secret] = [rootKey(1), rootKey(2)];
const zeros = new Float32Array(1000);

/** What arrives of a thousand zeros: noise alone. */
function noiseOf(codec: Codec, under = secret): Float64Array {
  const sum = new Float64Array(zeros.length);
  const payload = withSecret(codec, under).encode(zeros, null, key);
  codec.accumulate(payload, { sum, weight: 1, anchor: null, key }, plainKernels);
  return sum;
}

const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

const noisy = [
  ["count-sketch", countSketch({ ratio: 1, noise: 3 })],
  ["srht", srht({ ratio: 1, noise: 3 })],
  ["entropy over one", entropy({ codec: countSketch({ ratio: 1, noise: 3 }) })],
  ["per-layer over one", perLayer({ codec: countSketch({ ratio: 1, noise: 3 }), dense: "none" })],
] as const;

describe.each(noisy)("%s", (_, codec) => {
  test("adds noise of the deviation that is asked for, drawn from the secret", () => {
    const noise = noiseOf(codec);
    expect(noiseOf(codec)).toEqual(noise);
    expect(noiseOf(codec, rootKey(3))).not.toEqual(noise);
    // 9,000 expected; the deviation of the mean of a thousand squares is 4.5% of it.
    expect(squares(noise) / 9000).toBeGreaterThan(0.8);
    expect(squares(noise) / 9000).toBeLessThan(1.2);
  });

  test("sends nothing without a secret, and says that it conceals", () => {
    expect(() => codec.encode(zeros, null, key)).toThrow("a secret of the client");
    expect(codec.conceals).toBe(true);
  });
});

test("the noise of two tasks has nothing to do with each other, though the secret were the same", () => {
  const codec = withSecret(countSketch({ ratio: 1, noise: 1 }), secret);
  const [one, other] = [0, 1].map((task) => codec.encode(zeros, null, fold(key, task)));
  expect(one).not.toEqual(other);
});

test("each tensor has noise of its own", () => {
  const slot = { shape: [10, 50], length: 500, initializer: "" };
  const layout = [
    { ...slot, name: "a", offset: 0 },
    { ...slot, name: "b", offset: 500 },
  ];
  const codec = perLayer({ codec: srht({ ratio: 1, noise: 1 }), dense: "none" });
  const own = codecFor(withSecret(codec, secret), { version: 0, layout });
  const noise = new Float64Array(zeros.length);
  own.accumulate(own.encode(zeros, null, key), { sum: noise, weight: 1, anchor: null, key }, plainKernels);
  expect(noise.subarray(0, 500)).not.toEqual(noise.subarray(500));
  expect(squares(noise)).toBeGreaterThan(800);
});

test("what would leave biases without noise is refused", () => {
  expect(() => perLayer({ codec: countSketch({ noise: 1 }) })).toThrow("sends biases and the like without any");
  expect(() => perLayer({ codec: countSketch() })).not.toThrow();
});

test("without noise no secret is asked for, and nothing is concealed", () => {
  for (const codec of [countSketch(), srht(), entropy({ codec: srht() }), perLayer({ codec: srht() })]) {
    expect([codec.conceals, codec.secretly]).toEqual([undefined, undefined]);
    expect(withSecret(codec, secret).encode(zeros, null, key)).toEqual(codec.encode(zeros, null, key));
  }
});
