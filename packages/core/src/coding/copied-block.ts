/**
 * A block in which several workers give every answer of a smaller one, and the first of them to come counts.
 *
 * Where a number d divides both n and s + 1, an (n, s)-gradient code is one of n/d places and chunks, each of which d workers take
 * and d chunks make up: a place is lost only with all d workers, so that s missing answers are at most (s + 1)/d − 1 missing places.
 * Load and tolerance are those of a code among all n; a code among fewer decodes better, and most patterns of s missing answers
 * leave more than enough places.
 *
 * @module
 */
import type { CodeBlock, Decoding } from "./code-block.ts";

/** `inner` with `copies` ≥ 1 workers for each place: worker w has the place w mod the size of `inner`, so that copies lie far apart. */
export function copiedBlock(inner: CodeBlock, copies: number): CodeBlock {
  const size = copies * inner.size;
  const spread = inner.terms.map((own) =>
    own.flatMap(({ chunk, coefficient }) =>
      Array.from({ length: copies }, (_, at) => ({ chunk: copies * chunk + at, coefficient })),
    ),
  );
  return {
    size,
    tolerated: copies * (inner.tolerated + 1) - 1,
    repeats: inner.repeats,
    terms: Array.from({ length: size }, (_, worker) => spread[worker % inner.size] ?? []),
    decode: (present) => decodeCopied(inner, present, size),
  };
}

function decodeCopied(inner: CodeBlock, present: readonly number[], size: number): Decoding | null {
  const workerAt = new Map<number, number>();
  for (const worker of present) {
    const place = worker % inner.size;
    if (!workerAt.has(place)) workerAt.set(place, worker);
  }
  const decoding = inner.decode([...workerAt.keys()].sort((a, b) => a - b));
  if (decoding === null) return null;
  const weights = new Float64Array(size);
  for (const [place, worker] of workerAt) weights[worker] = decoding.weights[place] ?? 0;
  return { weights, amplification: decoding.amplification };
}
