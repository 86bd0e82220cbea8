import { describe, expect, test } from "vitest";
import { type CodeBlock, decodingOf } from "./code-block.ts";

/** Two workers and two chunks: both hold the first, with opposite coefficients that leave one of it; one alone holds the other. */
function opposed(size: number): CodeBlock["terms"] {
  return [
    [
      { chunk: 0, coefficient: size },
      { chunk: 1, coefficient: 1 },
    ],
    [{ chunk: 0, coefficient: 1 - size }],
  ];
}

describe("a decoding", () => {
  test("is as good as what it makes of the worst chunk, not of chunks in the mean", () => {
    // Chunk 0: 8.5 + 7.5 = 16, the others 1: less than 16 in the mean.
    expect(decodingOf(opposed(8.5), [0, 1], Float64Array.of(1, 1))?.amplification).toBe(16);
    expect(decodingOf(opposed(8.75), [0, 1], Float64Array.of(1, 1))).toBeNull();
  });

  test("is one only where every chunk counts once, to the last digits that matter", () => {
    const pair: CodeBlock["terms"] = [0, 1].map(() => [0, 1].map((chunk) => ({ chunk, coefficient: 1 })));
    expect(decodingOf(pair, [1], Float64Array.of(1))?.weights).toEqual(Float64Array.of(0, 1));
    expect(decodingOf(pair, [0, 1], Float64Array.of(0.25, 0.75))?.amplification).toBe(1);
    expect(decodingOf(pair, [0, 1], Float64Array.of(0.25, 0.75 + 1e-7))).toBeNull();
    expect(decodingOf(pair, [1], Float64Array.of(0.5))).toBeNull();
    expect(decodingOf([[{ chunk: 0, coefficient: 1 }], []], [0], Float64Array.of(1))).toBeNull();
  });
});
