/**
 * What the bytes of messages are for.
 *
 * @module
 */

/** Encoded bytes by what they are for: "numbers", "indices", "scales", …; all together they are the message. */
export type Spending = Readonly<Record<string, number>>;

/** What says where bytes go; all of them for numbers, where it says nothing. */
export interface Spender {
  readonly spent?: (payload: Uint8Array, length: number) => Spending;
}

/** What the bytes of a message of `length` numbers are for. It has no defect. */
export function spentOn({ spent }: Spender, payload: Uint8Array, length: number): Spending {
  return spent?.(payload, length) ?? { numbers: payload.byteLength };
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
