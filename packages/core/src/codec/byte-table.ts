/**
 * How often each byte occurs, in shares of 2^12: what the coder of bytes (rans.ts) goes by, and how it is sent.
 *
 * In the order of the bytes, each share is a varint; after a share of 0 a byte says how many more of them follow.
 *
 * @module
 */
import { readVarint, varintBytes, writeVarint } from "./varint.ts";

/** What all shares add up to, and its bits. */
export const WHOLE: number = 2 ** 12;
export const WHOLE_BITS = 12;
const BYTES = 256;

/** Shares by byte, whole numbers that add up to 2^12, and where each byte's stretch begins when they stand in a row. */
export interface ByteTable {
  readonly shares: Uint16Array;
  readonly starts: Uint16Array;
}

/** A table that was read and where it ends, or what is wrong with it. */
export type TableBlock =
  | { readonly kind: "table"; readonly table: ByteTable; readonly end: number }
  | { readonly kind: "defect"; readonly detail: string };

/**
 * The shares that fit `bytes`, of which there is one at least: every byte that occurs has some. Rounded down, and at least 1; what is
 * left or missing goes to and comes from the largest.
 */
export function tableOf(bytes: Uint8Array): ByteTable {
  const counts = new Float64Array(BYTES);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  const shares = Uint16Array.from(counts, (count) =>
    count === 0 ? 0 : Math.max(1, Math.floor((count * WHOLE) / bytes.length)),
  );
  let rest = WHOLE - sumOf(shares);
  while (rest !== 0) {
    const at = shares.indexOf(Math.max(...shares));
    const change = Math.max(rest, 1 - (shares[at] ?? 0));
    shares[at] = (shares[at] ?? 0) + change;
    rest -= change;
  }
  return withStarts(shares);
}

/** The block that says `shares`. */
export function writeTable({ shares }: ByteTable): Uint8Array {
  const block = new Uint8Array(shares.reduce((bytes, share) => bytes + varintBytes(share), 0) + BYTES);
  let end = 0;
  for (let byte = 0; byte < BYTES; byte++) {
    const share = shares[byte] ?? 0;
    end = writeVarint(block, end, share);
    if (share > 0) continue;
    const next = shares.findIndex((other, at) => at > byte && other > 0);
    const more = (next < 0 ? BYTES : next) - byte - 1;
    block[end] = more;
    end += 1;
    byte += more;
  }
  return block.slice(0, end);
}

/** Reads the block that begins at `from`. It is refused unless it has 256 shares that add up to 2^12, and is as short as it can be. */
export function readTable(bytes: Uint8Array, from: number): TableBlock {
  const shares = new Uint16Array(BYTES);
  let [end, byte, wasZero] = [from, 0, false];
  while (byte < BYTES) {
    const share = readVarint(bytes, end);
    if (share === null) return defect(`has no proper number where the share of byte ${byte} belongs`);
    if (share.value > WHOLE) return defect(`has a share of ${share.value} for byte ${byte}, expected at most ${WHOLE}`);
    end = share.end;
    shares[byte] = share.value;
    byte += 1;
    if (share.value > 0) {
      wasZero = false;
      continue;
    }
    const more = bytes[end] ?? BYTES;
    if (wasZero || byte + more > BYTES) return defect(`has a table with a wrong run of zeros before byte ${byte}`);
    [end, byte, wasZero] = [end + 1, byte + more, true];
  }
  const sum = sumOf(shares);
  return sum === WHOLE
    ? { kind: "table", table: withStarts(shares), end }
    : defect(`has shares that add up to ${sum}, expected ${WHOLE}`);
}

function defect(detail: string): TableBlock {
  return { kind: "defect", detail: `the update ${detail}` };
}

function sumOf(shares: Uint16Array): number {
  return shares.reduce((sum, share) => sum + share, 0);
}

function withStarts(shares: Uint16Array): ByteTable {
  const starts = new Uint16Array(BYTES);
  for (let byte = 1; byte < BYTES; byte++) starts[byte] = (starts[byte - 1] ?? 0) + (shares[byte - 1] ?? 0);
  return { shares, starts };
}
