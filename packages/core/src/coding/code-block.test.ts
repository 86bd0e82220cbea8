import { describe, expect, test } from "vitest";
import { type CodeBlock, decodingOf } from "./code-block.ts";

/** Two workers and ten chunks: both hold the first, with opposite weights that leave one of it; one alone holds each other. */
const terms: CodeBlock["terms"] = Array.from({ length: 10 }, (_, worker) =>
  worker < 2 ? Array.from({ length: 5 }, (__, at) => ({ chunk: at === 0 ? 0 : 5 * worker + at, coefficient: 1 })) : [],
);

describe("a decoding", () => {
  test("is as good as what it makes of the worst chunk, not of chunks in the mean", () => {
    // Chunk 0: 8.5 + 7.5 = 16, the others 8.5 and 7.5: less than 16 in the mean.
    expect(decodingOf(terms, [0, 1], Float64Array.of(8.5, -7.5))?.amplification).toBe(16);
    expect(decodingOf(terms, [0, 1], Float64Array.of(8.75, -7.75))).toBeNull();
  });

  test("has the weights of those that are there at their places, and 0 at all others", () => {
    const weights = decodingOf(terms, [1], Float64Array.of(0.5))?.weights;
    expect(weights).toEqual(Float64Array.of(0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0));
  });

  test("never claims to make errors smaller", () => {
    expect(decodingOf(terms, [1], Float64Array.of(0.5))?.amplification).toBe(1);
  });
});
