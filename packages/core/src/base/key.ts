/**
 * Random keys. A key is plain data; a draw is a function of a key; and a key is never used for two draws but
 * folded into new ones: `fold(fold(run, "selection"), version)`. So the same seed gives the same bits whatever
 * else happened before, and a run can be continued, replayed or computed in parallel.
 *
 * @module
 */
import { Fault } from "./fault.ts";
import { invariant } from "./invariant.ts";
import { threefry2x32, threefryWords, type WordPair } from "./threefry.ts";

/** A random key: two unsigned 32-bit words. */
export type Key = WordPair;

const block = new Uint32Array(2);

/** The key of a run. `seed` is a whole number in [0, 2^53). */
export function rootKey(seed: number): Key {
  invariant(Number.isSafeInteger(seed) && seed >= 0, `a seed that is a whole number in [0, 2^53), got ${seed}`);
  return { high: Math.floor(seed / 2 ** 32) >>> 0, low: seed >>> 0 };
}

/** Makes sure that `given`, which `where` takes, is a key. Throws Fault "option-invalid". */
export function assertKey(where: string, given: unknown): asserts given is Key {
  const isObject = typeof given === "object" && given !== null;
  if (isObject && "high" in given && "low" in given && isWord(given.high) && isWord(given.low)) return;
  const what = typeof given === "number" ? `the number ${given}` : (given ?? null) === null ? "none" : "something else";
  throw new Fault("option-invalid", `${where} needs a random key, got ${what}`, "Make one of a number: rootKey(1).");
}

function isWord(value: unknown): boolean {
  return typeof value === "number" && value >>> 0 === value;
}

/**
 * The key for one purpose under `key`. Numbers are whole and in [0, 2^53); texts are purposes, such as "selection".
 * Numbers and texts never collide: their counters carry different top bits.
 */
export function fold(key: Key, purpose: number | string): Key {
  if (typeof purpose === "string") return foldText(key, purpose);
  invariant(Number.isSafeInteger(purpose) && purpose >= 0, `a purpose in [0, 2^53), got ${purpose}`);
  const high = Math.floor(purpose / 2 ** 32) & 0x1fffff;
  return foldWords(key, high, purpose >>> 0);
}

function foldWords(key: Key, high: number, low: number): Key {
  threefry2x32(key, high, low, block);
  return { high: block[0] ?? 0, low: block[1] ?? 0 };
}

/** The first word of the counter of each two characters of a text. */
const TEXT_PAIR = 0x80000001 | 0;

function foldText(key: Key, text: string): Key {
  threefry2x32(key, 0x80000000, text.length, block);
  for (let at = 0; at < text.length; at += 2) {
    const pair = text.charCodeAt(at) | ((at + 1 < text.length ? text.charCodeAt(at + 1) : 0) << 16);
    threefryWords((block[0] ?? 0) | 0, (block[1] ?? 0) | 0, TEXT_PAIR, pair, block);
  }
  return { high: block[0] ?? 0, low: block[1] ?? 0 };
}

/** The first word of the counter of what is drawn in a stream. */
const STREAM = 0xc0000000;

/** The first two words of {@link wordStream}. */
export function firstWords(key: Key): WordPair {
  return foldWords(key, STREAM, 0);
}

/**
 * A stream of 32-bit words under `key`: word i is a pure function of (key, i). Cheaper than folding when a draw
 * needs many words. The stream lives in the counter space above every {@link fold}.
 */
export function wordStream(key: Key): () => number {
  let spare = 0;
  let counter = 0;
  let isSpareLeft = false;
  return () => {
    isSpareLeft = !isSpareLeft;
    if (!isSpareLeft) return spare;
    threefry2x32(key, STREAM, counter, block);
    counter = (counter + 1) >>> 0;
    spare = block[1] ?? 0;
    return block[0] ?? 0;
  };
}

/** Words `from`, `from` + 1, … of the stream under `key` in all of `words`: cheaper than one after another. */
export function drawWords(key: Key, from: number, words: Uint32Array): void {
  const [high, low] = [key.high | 0, key.low | 0];
  for (let at = -(from % 2), counter = Math.floor(from / 2); at < words.length; at += 2, counter++) {
    threefryWords(high, low, STREAM | 0, counter | 0, block);
    if (at >= 0) words[at] = block[0] as number;
    if (at + 1 < words.length) words[at + 1] = block[1] as number;
  }
}
