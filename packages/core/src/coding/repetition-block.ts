/**
 * Fractional repetition: all s + 1 workers of a block compute the sum over all its s + 1 chunks, and the first answer is
 * enough. Nothing is multiplied with anything, so that rounding errors never grow.
 *
 * Tandon, Lei, Dimakis, Karampatziakis, "Gradient coding: avoiding stragglers in distributed learning", ICML 2017.
 * https://proceedings.mlr.press/v70/tandon17a.html
 *
 * @module
 */
import { type CodeBlock, decodingOf } from "./code-block.ts";

/** A block of `tolerated` + 1 workers, one of whom has to answer. */
export function repetitionBlock(tolerated: number): CodeBlock {
  const size = tolerated + 1;
  const all = Array.from({ length: size }, (_, chunk) => ({ chunk, coefficient: 1 }));
  const terms = Array.from({ length: size }, () => all);
  return {
    size,
    tolerated,
    repeats: true,
    terms,
    decode: ([first]) => (first === undefined ? null : decodingOf(terms, [first], Float64Array.of(1))),
  };
}
