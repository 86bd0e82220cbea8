/**
 * What the bytes of messages are for.
 *
 * @module
 */

import type { Layout } from "../params/layout.ts";

/** Encoded bytes by what they are for: "numbers", "indices", "scales", …; all together they are the message. */
export type Spending = Readonly<Record<string, number>>;

/** What says where bytes go; all of them for numbers, where it says nothing. With a layout it tells numbers apart by their tensors, if they have any. */
export interface Spender {
  readonly spent?: (payload: Uint8Array, length: number, layout?: Layout) => Spending;
}

/** What the bytes of a message of `length` numbers are for. It has no defect. */
export function spentOn({ spent }: Spender, payload: Uint8Array, length: number, layout: Layout = []): Spending {
  return spent?.(payload, length, layout) ?? { numbers: payload.byteLength };
}

/**
 * The same with the bytes of numbers told apart by tensors, as "tensor: numbers", in proportion to how many of each were sent, which `sentOf` says of the numbers from … to − 1. What
 * is left of dividing bytes goes to the tensors behind. Nothing is told apart of a single tensor, or of none.
 */
export function byTensor(
  spending: Spending,
  layout: Layout,
  sentOf: (from: number, to: number) => number = (from, to) => to - from,
): Spending {
  const { numbers = 0, ...others } = spending;
  const counts = layout.map(({ name, offset, length }) => ({ name, count: sentOf(offset, offset + length) }));
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  if (layout.length < 2 || all === 0) return spending;
  const told: Record<string, number> = { ...others };
  let [counted, before] = [0, 0];
  for (const { name, count } of counts) {
    counted += count;
    const bytes = Math.floor((numbers * counted) / all);
    if (count > 0) told[`${name}: numbers`] = bytes - before;
    before = bytes;
  }
  return told;
}

/** Spent on so many bytes in front of the numbers. */
export function inFront(what: string, bytes: number, payload: Uint8Array): Spending {
  return { [what]: bytes, numbers: payload.byteLength - bytes };
}

/** Both together. */
export function bothSpent(a: Spending, b: Spending): Spending {
  const sum: Record<string, number> = { ...a };
  for (const [what, bytes] of Object.entries(b)) sum[what] = (sum[what] ?? 0) + bytes;
  return sum;
}
