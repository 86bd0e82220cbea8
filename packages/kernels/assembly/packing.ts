/**
 * Whole numbers of up to 8 bits each together in bytes, and apart again, as `params/packing.ts` of `@potluck/core` says it, on a workbench:
 *
 *     block 0    what is read, a few bytes more than that being looked at
 *     block 2    what is written, a few bytes more than that being changed
 *
 * Sixteen numbers at a time: neighbours are pushed together three times, until eight numbers stand in the lower bits of 64.
 *
 * @module
 */
import { blockLength, blocksOffset } from "../src/layout";

const blockBytes = 4 * blockLength;
/** Bytes of a register: numbers that are packed at a time. */
const REGISTER = 16;

/** Block 2 ← the first `count` bytes of block 0, numbers of `width` bits, packed. Behind them block 0 is written to. */
export function pack(workbench: usize, count: usize, width: i32): void {
  let numbers = workbench + blocksOffset;
  let packed = numbers + 2 * blockBytes;
  const end = numbers + count;
  v128.store(end, i64x2.splat(0));
  // Two shifts clear what a mask would, in fewer bytes: the module is to stay small.
  for (; numbers < end; numbers += REGISTER, packed += width << 1) {
    let x = v128.load(numbers);
    x = v128.or(i16x8.shr_u(i16x8.shl(x, 8), 8), i16x8.shl(i16x8.shr_u(x, 8), width));
    x = v128.or(i32x4.shr_u(i32x4.shl(x, 16), 16), i32x4.shl(i32x4.shr_u(x, 16), width << 1));
    x = v128.or(i64x2.shr_u(i64x2.shl(x, 32), 32), i64x2.shl(i64x2.shr_u(x, 32), width << 2));
    v128.store64_lane(packed, x, 0);
    v128.store64_lane(packed + width, x, 1);
  }
}

/** Block 2 ← the `count` numbers of `width` bits that block 0 begins with, a byte each. */
export function unpack(workbench: usize, count: usize, width: i32): void {
  let packed = workbench + blocksOffset;
  let numbers = packed + 2 * blockBytes;
  const end = numbers + count;
  const one: i32 = (1 << width) - 1;
  const low1 = i16x8.splat(<i16>one);
  const low2 = i32x4.splat((1 << (width << 1)) - 1);
  const low4 = i64x2.splat(((<i64>1) << (width << 2)) - 1);
  for (; numbers < end; numbers += REGISTER, packed += width << 1) {
    let x = v128.load64_lane(packed + width, v128.load64_zero(packed), 1);
    x = v128.or(v128.and(x, low4), i64x2.shl(v128.and(i64x2.shr_u(x, width << 2), low4), 32));
    x = v128.or(v128.and(x, low2), i32x4.shl(v128.and(i32x4.shr_u(x, width << 1), low2), 16));
    x = v128.or(v128.and(x, low1), i16x8.shl(v128.and(i16x8.shr_u(x, width), low1), 8));
    v128.store(numbers, x);
  }
}
