/**
 * What every codec is held to.
 *
 * @module
 */
import { type Codec, fold, type Key, type Part, plainKernels, rootKey, uniformStream } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mutated } from "./mutations.ts";

const LARGEST = (2 - 2 ** -23) * 2 ** 127;
const SMALLEST = 2 ** -149;

const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
const usual = fc.float({ min: -1, max: 1, noNaN: true });
const long = { maxLength: 70, size: "max" } as const;
/** Vectors of all sorts of finite numbers, and of such as occur. */
export const vectors: fc.Arbitrary<Float32Array> = fc
  .oneof(fc.array(finite, long), fc.array(usual, long), fc.array(fc.oneof(usual, fc.constant(0)), long))
  .map((values) => Float32Array.from(values));

/** Vectors that break what is careless. */
const REMARKABLE: readonly (readonly [string, Float32Array])[] = [
  ["no numbers", new Float32Array(0)],
  ["one number", Float32Array.of(-0.7)],
  ["one 0", Float32Array.of(0)],
  ["zeros", Float32Array.of(0, -0, 0, 0, 0)],
  ["the largest numbers", Float32Array.of(LARGEST, -LARGEST, LARGEST)],
  ["the smallest numbers", Float32Array.of(SMALLEST, -SMALLEST, 0, 3 * SMALLEST)],
  ["the largest and the smallest", Float32Array.of(SMALLEST, LARGEST, -SMALLEST, -LARGEST)],
  ["equal numbers", new Float32Array(9).fill(0.1)],
  ["one number among zeros", Float32Array.of(0, 0, 0, -3, 0, 0, 0)],
  ["a thousand numbers, most of them small", Float32Array.from({ length: 1000 }, (_, i) => (-0.99) ** i)],
];

/** How many mutated messages a codec is given. */
const MUTATIONS = 3000;

/** Registers the laws of codecs as tests. */
export function codecConformance(codec: Codec & Part): void {
  describe(`codec ${codec.part.name} ${JSON.stringify(codec.part.options)}`, () => {
    testMessages(codec);
    testGuarantee(codec);
    testLinearity(codec);
    testRefusals(codec);
  });
}

const key = rootKey(7);

function zerosFor({ length }: Float32Array): Float32Array {
  return new Float32Array(length);
}

/** The message that says x. */
function sent(codec: Codec, x: Float32Array, under: Key = key): Uint8Array {
  return codec.encode(x, zerosFor(x), under);
}

/** What a message of `length` numbers says. */
function said(codec: Codec, message: Uint8Array, length: number, under: Key = key): Float64Array {
  const defect = codec.defect(message, length, plainKernels);
  if (defect !== null) throw new Error(`a message with a defect: ${defect}`);
  const sum = new Float64Array(length);
  const anchor = new Float32Array(length);
  codec.accumulate(message, { sum, weight: 1, anchor, key: under }, plainKernels);
  return sum;
}

/** C(x). */
function through(codec: Codec, x: Float32Array, under: Key = key): Float64Array {
  return said(codec, sent(codec, x, under), x.length, under);
}

function squaredNorm(x: ArrayLike<number>): number {
  return Array.from(x).reduce((sum, value) => sum + value * value, 0);
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return squaredNorm(Array.from(a, (value, i) => value - (b[i] ?? 0)));
}

function testMessages(codec: Codec): void {
  test.each(REMARKABLE)("sends %s and reads finite numbers", (_, x) => {
    expect(through(codec, x).every(Number.isFinite)).toBe(true);
  });

  test("sends the same bytes under the same key", () => {
    fc.assert(
      fc.property(vectors, fc.maxSafeNat(), (x, seed) => {
        expect(sent(codec, x, rootKey(seed))).toEqual(sent(codec, x, rootKey(seed)));
      }),
    );
  });

  test("reads the same at any address, in an ordinary array or in a buffer of Node", () => {
    fc.assert(
      fc.property(vectors, fc.integer({ min: 1, max: 7 }), (x, offset) => {
        const message = sent(codec, x);
        const moved = new Uint8Array(message.length + offset);
        moved.set(message, offset);
        for (const copy of [moved.subarray(offset), Buffer.from(moved.buffer).subarray(offset)]) {
          expect(said(codec, copy, x.length)).toEqual(said(codec, message, x.length));
        }
      }),
    );
  });

  test("adds weight times what was sent to the sum, but for the rounding of float64", () => {
    const weights = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(usual, usual, usual), long), weights, (triples, weight) => {
        const [trained, anchor, before] = [0, 1, 2].map((at) =>
          Float32Array.from(triples, (triple) => triple[at] ?? 0),
        );
        if (trained === undefined || anchor === undefined || before === undefined) return;
        const message = codec.encode(trained, anchor, key);
        const decoded = new Float64Array(trained.length);
        codec.accumulate(message, { sum: decoded, weight: 1, anchor, key }, plainKernels);
        const sum = Float64Array.from(before);
        codec.accumulate(message, { sum, weight, anchor, key }, plainKernels);
        const room = 2 ** -49 * (1 + weight * (3 + Math.max(0, ...decoded.map(Math.abs))));
        sum.forEach((value, i) => {
          expect(Math.abs(value - ((before[i] ?? 0) + weight * (decoded[i] ?? 0)))).toBeLessThanOrEqual(room);
        });
      }),
    );
  });

  test("leaves the update as it is", () => {
    const [trained, anchor] = [Float32Array.of(1, -2, 3), Float32Array.of(0.5, 0.5, 0.5)];
    codec.encode(trained, anchor, key);
    expect([trained, anchor]).toEqual([Float32Array.of(1, -2, 3), Float32Array.of(0.5, 0.5, 0.5)]);
  });
}

/** Rounding in float64 is no loss of a codec. */
const ROUNDING = 1e-12;
/** So many keys stand for all of them. */
const KEYS = 400;
/** Numbers of many sizes. */
const WAVE = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i * i));

function testGuarantee(codec: Codec): void {
  const { guarantee } = codec;
  const cases = REMARKABLE.map(([, x]) => x);
  switch (guarantee.kind) {
    case "exact":
      return test("loses nothing", () => {
        fc.assert(
          fc.property(vectors, (x) => {
            expect(through(codec, x)).toEqual(Float64Array.from(x, (value) => value + 0));
          }),
        );
      });
    case "absolute":
      return test(`is off by no more than ${guarantee.error}`, () => {
        const isClose = (x: Float32Array): void => {
          const off = through(codec, x).map((value, i) => Math.abs(value - (x[i] ?? 0)));
          expect(Math.max(0, ...off)).toBeLessThanOrEqual(guarantee.error);
        };
        fc.assert(fc.property(vectors, isClose));
        cases.forEach(isClose);
      });
    case "contractive":
      return testContractive(codec, guarantee.contraction);
    case "unbiased":
      return testUnbiased(codec, guarantee.variance);
  }
}

function testContractive(codec: Codec, contraction: (length: number) => number): void {
  const cases = REMARKABLE.map(([, x]) => x);
  const loss = (x: Float32Array, under: Key): number =>
    squaredDistance(through(codec, x, under), x) / Math.max(squaredNorm(x), Number.MIN_VALUE);
  const isDrawn = [0, 1].map((k) => loss(WAVE, fold(key, k))).some((lost, _, [first]) => lost !== first);
  if (!isDrawn) {
    return test("is contractive with the constant that it declares", () => {
      const contracts = (x: Float32Array): void => {
        expect(loss(x, key)).toBeLessThanOrEqual(1 - contraction(x.length) + ROUNDING);
      };
      fc.assert(fc.property(vectors, contracts));
      cases.forEach(contracts);
    });
  }
  return test("is contractive on average over keys with the constant that it declares", () => {
    for (const x of [
      ...cases.filter(({ length }) => length < 100),
      WAVE,
      ...fc.sample(vectors, { numRuns: 10, seed: 1 }),
    ]) {
      const losses = Array.from({ length: KEYS / 4 }, (_, k) => loss(x, fold(key, k)));
      expectMeanAtMost(losses, 1 - contraction(x.length));
    }
  });
}

/** Four standard errors are room for chance, which decides once: the keys are the same in every run. */
function expectMeanAtMost(values: readonly number[], most: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  expect(mean).toBeLessThanOrEqual(most + (4 * spread) / Math.sqrt(values.length) + ROUNDING);
}

function testUnbiased(codec: Codec, variance: (length: number) => number): void {
  const cases = [...REMARKABLE.map(([, x]) => x).filter(({ length }) => length < 100), WAVE];
  const drawn = new Map(cases.map((x) => [x, Array.from({ length: KEYS }, (_, k) => through(codec, x, fold(key, k)))]));

  // The keys are the same in every run, so that chance decides once: what passes goes on passing.
  test("is right on average over keys", () => {
    for (const [x, draws] of drawn) {
      const mean = Float64Array.from(x, (_, i) => draws.reduce((total, y) => total + (y[i] ?? 0) / KEYS, 0));
      // Expected: ω ‖x‖² / KEYS. Three times that has room for what varies.
      const room = (3 * variance(x.length)) / KEYS + ROUNDING;
      expect(squaredDistance(mean, x)).toBeLessThanOrEqual(room * squaredNorm(x));
    }
  });

  test("varies by no more than it declares", () => {
    for (const [x, draws] of drawn) {
      const errors = draws.map((y) => squaredDistance(y, x) / Math.max(squaredNorm(x), Number.MIN_VALUE));
      expectMeanAtMost(errors, variance(x.length));
    }
  });

  test("says something else under other keys, where it loses anything", () => {
    const loses = variance(WAVE.length) > 0;
    expect(new Set(drawn.get(WAVE)?.map(String)).size > KEYS / 2).toBe(loses);
  });
}

function testLinearity(codec: Codec): void {
  const whole = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), long);
  const offBy = (pairs: readonly (readonly [number, number])[]): number => {
    const [a, b, both] = [([x]: readonly [number, number]) => x, ([, y]: readonly [number, number]) => y, added].map(
      (part) => through(codec, Float32Array.from(pairs, part)),
    );
    const apart = both?.map((value, i) => value - (a?.[i] ?? 0) - (b?.[i] ?? 0)) ?? [];
    return Math.max(0, ...Array.from(apart, Math.abs));
  };
  if (codec.isLinear) {
    test("says of a sum under one key the sum of what it says of the parts", () => {
      fc.assert(
        fc.property(whole, (pairs) => {
          expect(offBy(pairs)).toBeLessThanOrEqual(1e-9);
        }),
      );
    });
  } else {
    test("is not linear, as it says", () => {
      const found = fc.sample(fc.array(fc.tuple(finite, finite), { minLength: 9, maxLength: 60 }), {
        numRuns: 200,
        seed: 1,
      });
      expect(found.some((pairs) => offBy(pairs) > 1e-6)).toBe(true);
    });
  }
}

function added([x, y]: readonly [number, number]): number {
  return x + y;
}

function testRefusals(codec: Codec): void {
  test("refuses numbers that are not finite, in words", () => {
    fc.assert(
      fc.property(vectors, fc.nat(), fc.constantFrom(Number.NaN, Infinity, -Infinity), (x, at, broken) => {
        fc.pre(x.length > 0);
        x[at % x.length] = broken;
        const defect = codec.defect(sent(codec, x), x.length, plainKernels);
        expect(defect).toBe("the update holds numbers that are not finite");
      }),
    );
  });

  test("refuses a message for a model of another length, or reads finite numbers", () => {
    fc.assert(
      fc.property(vectors, fc.nat({ max: 80 }), (x, length) => {
        expectRefusedOrFinite(codec, sent(codec, x), length);
      }),
      { numRuns: 500 },
    );
  });

  test("refuses messages that were changed on their way, or reads finite numbers", () => {
    fc.assert(
      fc.property(vectors, fc.nat(), (x, seed) => {
        expectRefusedOrFinite(codec, mutated(sent(codec, x), uniformStream(rootKey(seed))), x.length);
      }),
      { numRuns: MUTATIONS },
    );
  });

  test("refuses every message that is cut short", () => {
    const message = sent(
      codec,
      Float32Array.from({ length: 40 }, (_, i) => (i % 7) - 3),
    );
    for (let bytes = 0; bytes < message.length; bytes++) {
      expect(codec.defect(message.subarray(0, bytes), 40, plainKernels)).toMatch(/^the update /u);
    }
  });

  test("refuses every message that has something behind it", () => {
    fc.assert(
      fc.property(vectors, fc.uint8Array({ minLength: 1, maxLength: 9 }), (x, more) => {
        fc.pre(x.length > 0);
        const message = Uint8Array.of(...sent(codec, x), ...more);
        expect(codec.defect(message, x.length, plainKernels)).toMatch(/^the update /u);
      }),
    );
  });
}

function expectRefusedOrFinite(codec: Codec, message: Uint8Array, length: number): void {
  const defect = codec.defect(message, length, plainKernels);
  if (defect === null) expect(said(codec, message, length).every(Number.isFinite)).toBe(true);
  else expect(defect).toMatch(/^(the update|number \d|bucket \d)/u);
}
