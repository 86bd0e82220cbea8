/**
 * Gradient codes: n workers, n chunks of data, and the sum over all chunks from the answers of any n − s workers, each of
 * which computes s + 1 chunks.
 *
 * A code is made of blocks that are decoded on their own. Where s + 1 divides n, all are repetitions: nothing is multiplied,
 * and rounding errors never grow. Where it does not, as many workers as possible still repeat, and one block of the others,
 * up to 2s + 1 of them, is cyclic: a cyclic code among a few workers decodes well where one among hundreds does not, and
 * stragglers are spread over the blocks. Where a number divides both s + 1 and the workers of that block, it is made of copies of
 * a smaller one, for the same reason.
 *
 * @module
 */
import { invariant, present } from "../base/invariant.ts";
import type { CodeBlock } from "./code-block.ts";
import { copiedBlock } from "./copied-block.ts";
import { cyclicBlock } from "./cyclic-block.ts";
import { repetitionBlock } from "./repetition-block.ts";

/** A block in its place: its workers are `first` … first + size − 1, its chunks have the same numbers. */
export interface PlacedBlock extends CodeBlock {
  readonly first: number;
}

/** A gradient code. */
export interface GradientCode {
  /** Workers, and chunks. */
  readonly workers: number;
  /** How many answers may be missing, whichever they are, but for the amplification (see `code-block.ts`). */
  readonly tolerated: number;
  /**
   * How many blocks may be left out altogether. It is 0, but for those who would rather have the sum over the other
   * blocks than wait.
   */
  readonly dispensable: number;
  readonly blocks: readonly PlacedBlock[];
  /** The number of the block of each worker. */
  readonly blockOf: Uint32Array;
}

/** How a code is made: of blocks, which decode best, or as one circle of all workers. */
export type Construction = "blocks" | "circle";

/** A code for `workers` ≥ 1 that tolerates 0 ≤ `tolerated` < `workers` missing answers. */
export function gradientCode(workers: number, tolerated: number, construction: Construction = "blocks"): GradientCode {
  invariant(tolerated >= 0 && tolerated < workers, `0 to ${workers - 1} missing answers, got ${tolerated}`);
  const blocks: PlacedBlock[] = [];
  const blockOf = new Uint32Array(workers);
  let first = 0;
  for (const block of blocksOf(workers, tolerated, construction)) {
    blockOf.fill(blocks.length, first, first + block.size);
    blocks.push({ ...block, first });
    first += block.size;
  }
  return { workers, tolerated, dispensable: 0, blocks, blockOf };
}

function blocksOf(workers: number, tolerated: number, construction: Construction): readonly CodeBlock[] {
  if (construction === "circle") return [cyclicBlock(workers, tolerated)];
  const size = tolerated + 1;
  const repeated = repetitionBlock(tolerated);
  const whole = Math.floor(workers / size);
  if (whole * size === workers) return Array.from({ length: whole }, () => repeated);
  const others = workers - (whole - 1) * size;
  const copies = commonDivisor(others, size);
  const cyclic = copiedBlock(cyclicBlock(others / copies, size / copies - 1), copies);
  return [...Array.from({ length: whole - 1 }, () => repeated), cyclic];
}

/** The greatest number that divides both, of whole numbers ≥ 1. */
function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** The block of a worker, with its number. */
export function blockAt(
  { blocks, blockOf }: GradientCode,
  worker: number,
): { readonly number: number; readonly block: PlacedBlock } {
  const number = present(blockOf[worker], "the block of worker", worker);
  return { number, block: present(blocks[number], "block", number) };
}

/** Whether the answers of `isPresent` decode all blocks but those that are dispensable. */
export function decodes({ blocks, dispensable }: GradientCode, isPresent: (worker: number) => boolean): boolean {
  let missed = 0;
  return blocks.every((block) => {
    if (block.decode(presentIn(block, isPresent)) === null) missed += 1;
    return missed <= dispensable;
  });
}

/** Up to so many workers every code decodes where everybody answers. */
const SURE_TO_DECODE = 256;

/** Why a code cannot be used, in words, or null: it has to decode where everybody answers, which large cyclic blocks do not in float64. */
export function undecodable(workers: number, tolerated: number): string | null {
  if (workers <= SURE_TO_DECODE || decodes(gradientCode(workers, tolerated), () => true)) return null;
  return `a gradient code for ${workers} workers of which ${tolerated} may be late does not decode in float64: use a number that is one less than a divisor of ${workers}`;
}

/** The places in a block of those that are there. */
export function presentIn({ first, size }: PlacedBlock, isPresent: (worker: number) => boolean): readonly number[] {
  const there: number[] = [];
  for (let place = 0; place < size; place++) if (isPresent(first + place)) there.push(place);
  return there;
}
