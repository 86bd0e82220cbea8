/**
 * A coder of bytes: asymmetric numeral systems, range variant (rANS). A byte with a share of f in 2^12 takes −log₂(f / 2^12) bits.
 *
 * A whole number x in [2^23, 2^31) holds what was said. With f and s the share of a byte and its start,
 *
 *     push: x ← 2^12 ⌊x / f⌋ + s + (x mod f)        pop: x ← f ⌊x / 2^12⌋ + (x mod 2^12) − s
 *
 * and whole bytes leave x before a push that would make it too large, and enter it after a pop that made it too small. What is pushed last is
 * popped first: bytes are pushed from the last to the first. A message has the x that is left, 4 bytes, little-endian, and the bytes
 * that left it in the order in which they enter again; when all is popped, x is 2^23 again.
 *
 * Duda, "Asymmetric numeral systems: entropy coding combining speed of Huffman coding with compression rate of arithmetic coding", 2013.
 * https://arxiv.org/abs/1311.2540
 *
 * @module
 */
import { type ByteTable, WHOLE, WHOLE_BITS } from "./byte-table.ts";

const LEAST = 2 ** 23;
const BELOW = 2 ** 31;
const STATE_BYTES = 4;

/** What `bytes` are by a table in which each of them has a share; null where that is not shorter than `limit` bytes. */
export function pushAll(bytes: Uint8Array, { shares, starts }: ByteTable, limit: number): Uint8Array | null {
  if (limit <= STATE_BYTES) return null;
  const message = new Uint8Array(limit);
  let from = limit;
  let x = LEAST;
  for (let i = bytes.length - 1; i >= 0; i--) {
    const byte = bytes[i] ?? 0;
    const share = shares[byte] ?? 1;
    for (const most = share * (BELOW / WHOLE); x >= most; x >>>= 8) {
      if (from <= STATE_BYTES + 1) return null;
      from -= 1;
      message[from] = x & 0xff;
    }
    x = Math.floor(x / share) * WHOLE + (starts[byte] ?? 0) + (x % share);
  }
  from -= STATE_BYTES;
  new DataView(message.buffer).setUint32(from, x, true);
  return message.slice(from);
}

/** The `count` bytes that `message` stands for; null where it does not end with the last of them. */
export function popAll(message: Uint8Array, { shares, starts }: ByteTable, count: number): Uint8Array | null {
  if (message.byteLength < STATE_BYTES) return null;
  let x = new DataView(message.buffer, message.byteOffset, STATE_BYTES).getUint32(0, true);
  if (x < LEAST || x >= BELOW) return null;
  const owners = ownersOf(shares);
  const bytes = new Uint8Array(count);
  let at = STATE_BYTES;
  for (let i = 0; i < count; i++) {
    const place = x & (WHOLE - 1);
    const byte = owners[place] ?? 0;
    bytes[i] = byte;
    x = (shares[byte] ?? 0) * (x >>> WHOLE_BITS) + place - (starts[byte] ?? 0);
    for (; x < LEAST; at++) {
      const next = message[at];
      if (next === undefined) return null;
      x = x * 256 + next;
    }
  }
  return x === LEAST && at === message.byteLength ? bytes : null;
}

/** The byte that each place in a row of shares belongs to. */
function ownersOf(shares: Uint16Array): Uint8Array {
  const owners = new Uint8Array(WHOLE);
  let place = 0;
  shares.forEach((share, byte) => {
    owners.fill(byte, place, place + share);
    place += share;
  });
  return owners;
}
