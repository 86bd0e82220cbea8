/**
 * The numbers of a difference that are larger than some magnitude, as `params/select.ts` of `@potluck/core` says it, on a workbench:
 *
 *     block 0    the numbers
 *     block 1    what is taken away from them
 *     block 2    the places of those that were found
 *     block 3    what they are
 *
 * Most are not: four are looked at together, and one by one where any of them is.
 *
 * @module
 */
import { blockLength, blocksOffset } from "../src/layout";

const blockBytes = 4 * blockLength;
const MAGNITUDE = 0x7fffffff;
const LARGEST = 0x7f7fffff;

/** How many of the first `count` numbers of block 0 have magnitudes whose bits are larger than `above`; −1 where one of these is not finite. The first is number `from` of all. */
export function select(workbench: usize, count: usize, above: i32, from: i32, differs: bool): i32 {
  let x = workbench + blocksOffset;
  const start = x + 2 * blockBytes;
  const end = x + (count << 2);
  let place = start;
  let largest = 0;
  const bound = i32x4.splat(above);
  const mask = i32x4.splat(MAGNITUDE);
  for (; x < end; x += 16, from += 4) {
    let four = v128.load(x);
    if (differs) four = f32x4.sub(four, v128.load(x, blockBytes));
    let found = i32x4.bitmask(i32x4.gt_s(v128.and(four, mask), bound));
    if (found == 0) continue;
    // The last four may be partly of what lies behind them.
    if (x + 16 > end) found &= (1 << i32((end - x) >> 2)) - 1;
    v128.store(x, four);
    for (; found != 0; found &= found - 1, place += 4) {
      const lane = ctz(found);
      const bits = load<i32>(x + ((<usize>lane) << 2));
      largest = max(largest, bits & MAGNITUDE);
      store<i32>(place, from + lane);
      store<i32>(place, bits, blockBytes);
    }
  }
  return largest > LARGEST ? -1 : <i32>((place - start) >> 2);
}
