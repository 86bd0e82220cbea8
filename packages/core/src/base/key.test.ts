import { chiSquare } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assertKey, drawWords, fold, type Key, rootKey, wordStream } from "./key.ts";

const seed = fc.maxSafeNat();
const key = seed.map(rootKey);
const text = fc.string({ unit: "binary", maxLength: 9 });

const name = ({ high, low }: Key): string => `${high.toString(16)}:${low.toString(16)}`;

function firstWords(of: Key, count: number): readonly number[] {
  const next = wordStream(of);
  return Array.from({ length: count }, () => next());
}

describe("fold", () => {
  test("of different numbers gives different keys", () => {
    fc.assert(
      fc.property(key, seed, seed, (run, one, other) => {
        fc.pre(one !== other);
        expect(fold(run, one)).not.toEqual(fold(run, other));
      }),
    );
  });

  test("of different texts gives different keys", () => {
    fc.assert(
      fc.property(key, text, text, (run, one, other) => {
        fc.pre(one !== other);
        expect(fold(run, one)).not.toEqual(fold(run, other));
      }),
    );
  });

  test("of a number and of a text gives different keys", () => {
    fc.assert(
      fc.property(key, seed, text, (run, number, purpose) => {
        expect(fold(run, number)).not.toEqual(fold(run, purpose));
        expect(fold(run, number)).not.toEqual(fold(run, String(number)));
      }),
    );
  });

  test("of different runs gives different keys", () => {
    fc.assert(
      fc.property(seed, seed, fc.oneof(seed, text), (one, other, purpose) => {
        fc.pre(one !== other);
        expect(fold(rootKey(one), purpose)).not.toEqual(fold(rootKey(other), purpose));
      }),
    );
  });

  test("depends on the order of purposes, and on where one ends and the next begins", () => {
    const run = rootKey(3);
    const purposes: readonly (readonly (number | string)[])[] = [
      ["ab"],
      ["a", "b"],
      ["b", "a"],
      ["a\0", "b"],
      ["a"],
      ["a\0"],
      ["a\0\0"],
      [""],
      [0],
      ["0"],
      [1, 2],
      [2, 1],
      [2 ** 32],
      [2 ** 32 + 1],
      ["a", 1],
      [1, "a"],
      ["a1"],
    ];
    const keys = purposes.map((path) => name(path.reduce<Key>((folded, purpose) => fold(folded, purpose), run)));
    expect(new Set(keys).size).toBe(purposes.length);
  });

  test("does not collide among 20,000 numbers, 20,000 texts and 20,000 pairs of words of a stream", () => {
    const run = rootKey(0);
    const seen = new Set<string>();
    const next = wordStream(run);
    for (let i = 0; i < 20_000; i++) {
      seen.add(name(fold(run, i)));
      seen.add(name(fold(run, `purpose ${i}`)));
      seen.add(name({ high: next(), low: next() }));
    }
    expect(seen.size).toBe(60_000);
  });

  test("gives words in [0, 2^32)", () => {
    fc.assert(
      fc.property(key, fc.oneof(seed, text), (run, purpose) => {
        for (const part of Object.values(fold(run, purpose))) {
          expect(Number.isInteger(part) && part >= 0 && part < 2 ** 32).toBe(true);
        }
      }),
    );
  });
});

test("different seeds have different keys, up to 2^53", () => {
  fc.assert(
    fc.property(seed, (number) => {
      const { high, low } = rootKey(number);
      expect(high * 2 ** 32 + low).toBe(number);
    }),
  );
});

test("words that are drawn together are those of the stream, wherever they begin", () => {
  fc.assert(
    fc.property(key, fc.nat(40), fc.nat(40), (run, from, count) => {
      const words = new Uint32Array(count);
      drawWords(run, from, words);
      expect([...words]).toEqual(firstWords(run, from + count).slice(from));
    }),
  );
});

describe("wordStream", () => {
  test("gives the same words under the same key, whatever is drawn or folded in between", () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        const undisturbed = firstWords(one, 9);
        const next = wordStream(one);
        const disturbing = wordStream(other);
        const disturbed = Array.from({ length: 9 }, (_, i) => {
          disturbing();
          fold(one, i);
          return next();
        });
        expect(disturbed).toEqual(undisturbed);
      }),
    );
  });

  test("of a folded key has nothing in common with that of the key", () => {
    const run = rootKey(11);
    const all = [run, fold(run, 0), fold(run, 1), fold(run, "a")].flatMap((of) => firstWords(of, 2000));
    // 8,000 words out of 2^32: about 8000²/2^33 = 0.007 repetitions by chance.
    expect(new Set(all).size).toBe(8000);
  });

  test("spreads over all bytes alike", () => {
    const counts = new Float64Array(256);
    const next = wordStream(rootKey(5));
    for (let i = 0; i < 2 ** 16; i++) {
      const random = next();
      for (let shift = 0; shift < 32; shift += 8) {
        const byte = (random >>> shift) & 0xff;
        counts[byte] = (counts[byte] ?? 0) + 1;
      }
    }
    // χ² with 255 degrees of freedom: mean 255, standard deviation √510 = 22.6; the bounds are 3.5 of them away.
    expect(chiSquare(counts, 1024)).toBeGreaterThan(176);
    expect(chiSquare(counts, 1024)).toBeLessThan(334);
  });

  test("spreads neighbouring words over all pairs of nibbles alike", () => {
    const counts = new Float64Array(256);
    const next = wordStream(fold(rootKey(5), "pairs"));
    for (let i = 0; i < 2 ** 16; i++) {
      const cell = (next() >>> 28) * 16 + (next() >>> 28);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    expect(chiSquare(counts, 256)).toBeGreaterThan(176);
    expect(chiSquare(counts, 256)).toBeLessThan(334);
  });
});

test("keys stay what they were: a run of an earlier release replays", () => {
  expect(name(fold(rootKey(1), 7))).toBe("38e71e7a:ef6ba66e");
  expect(name(fold(fold(rootKey(2 ** 40 + 1), "selection"), 3))).toBe("5313a2ad:b0653b77");
  expect(firstWords(rootKey(1), 3).map((random) => random.toString(16))).toEqual(["7d6c3368", "e395fe96", "603c624e"]);
});

test.each([1, "1", null, undefined, {}, { high: -1, low: 0.5 }])("%j is not taken for a key", (given) => {
  const fault = { code: "option-invalid", remedy: expect.stringContaining("rootKey") };
  expect(() => assertKey("a test", given)).toThrow(expect.objectContaining(fault));
  expect(() => assertKey("a test", rootKey(1))).not.toThrow();
});
