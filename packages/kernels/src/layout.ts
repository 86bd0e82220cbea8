/**
 * How a workbench lies in memory: four float64 numbers, then four blocks of float32 elements. This file is compiled
 * twice, as TypeScript and as AssemblyScript, so that both sides agree.
 *
 * @module
 */

/**
 * Elements of a vector that are copied in at a time: four blocks and the part of the sum that belongs to them fill
 * 192 KiB, which stays in the second-level cache, and the fixed cost of a copy does not show any more.
 */
export const blockLength = 8192;

/** Blocks on a workbench: as many vectors are folded into a sum in one pass. */
export const blockCount = 4;

/** Bytes from the start of a workbench to its first block. */
export const blocksOffset = 64;

/** Bytes from the start of a workbench to where codes are: in the second half of its last block, a byte for each number of a block. */
export const codesOffset = 114752;
