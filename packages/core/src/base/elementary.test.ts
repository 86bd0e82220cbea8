import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hexBits } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cosineOfTurn, exp, log, sineOfTurn } from "./elementary.ts";

/** The place of x among all float64 numbers in order. */
function place(x: number): bigint {
  const bits = new BigInt64Array(Float64Array.of(x).buffer)[0] ?? 0n;
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** How many float64 numbers lie between two: 0 when they are equal, 1 when they are neighbours. */
function ulpsBetween(a: number, b: number): number {
  const distance = place(a) - place(b);
  return Number(distance < 0n ? -distance : distance);
}

/** The float64 number that many places above x. */
function above(x: number, places: number): number {
  return new Float64Array(BigInt64Array.of(place(x) + BigInt(places)).buffer)[0] ?? 0;
}

const positive = fc.double({ min: 0, minExcluded: true, noNaN: true, noDefaultInfinity: true });
const subnormal = fc.integer({ min: 1, max: 2 ** 40 }).map((count) => count * 2 ** -1074);
const aroundOne = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((count) => 1 + count * 2 ** -52);
const aroundPowersOfTwo = fc
  .tuple(fc.integer({ min: -1074, max: 1023 }), fc.integer({ min: -3, max: 3 }))
  .map(([exponent, places]) => above(2 ** exponent, places))
  .filter((x) => x > 0);
/** Where the mantissa is split: beside √2 · 2^k the result jumps from one branch to the other. */
const aroundRootsOfTwo = fc
  .tuple(fc.integer({ min: -1022, max: 1022 }), fc.integer({ min: -3, max: 3 }))
  .map(([exponent, places]) => above(Math.SQRT2 * 2 ** exponent, places));

describe("log", () => {
  test("is within 2 units in the last place of Math.log", () => {
    const values = fc.oneof(positive, subnormal, aroundOne, aroundPowersOfTwo, aroundRootsOfTwo);
    fc.assert(
      fc.property(values, (x) => ulpsBetween(log(x), Math.log(x)) <= 2),
      { numRuns: 10_000 },
    );
  });

  test.each([
    [1, 0],
    [0, -Infinity],
    [-0, -Infinity],
    [Infinity, Infinity],
    [-1, Number.NaN],
    [-Infinity, Number.NaN],
    [Number.NaN, Number.NaN],
    [Number.MIN_VALUE, Math.log(Number.MIN_VALUE)],
    [Number.MAX_VALUE, Math.log(Number.MAX_VALUE)],
  ])("of %d is %d", (x, expected) => {
    expect(log(x)).toBe(expected);
  });
});

describe("exp", () => {
  test("is within 2 units in the last place of Math.exp", () => {
    const finite = fc.double({ min: -745.2, max: 709.7827, noNaN: true });
    const small = fc.double({ min: -1, max: 1, noNaN: true });
    const halfWay = fc.integer({ min: -1074, max: 1023 }).map((k) => (k + 0.5) * Math.LN2);
    fc.assert(
      fc.property(fc.oneof(finite, small, halfWay), (x) => ulpsBetween(exp(x), Math.exp(x)) <= 2),
      { numRuns: 10_000 },
    );
  });

  test("is right for subnormal results, down to the smallest number and below", () => {
    const downwards = Array.from({ length: 20_000 }, (_, i) => -707 - 0.00195 * i);
    const aroundTheEnd = Array.from({ length: 41 }, (_, i) => above(-745.1332191019412, i - 20));
    const errors = [...downwards, ...aroundTheEnd].map((x) => ulpsBetween(exp(x), Math.exp(x)));
    expect(errors.reduce((worst, error) => Math.max(worst, error), 0)).toBeLessThanOrEqual(1);
  });

  test("is right up to the largest number, and infinite above", () => {
    expect(ulpsBetween(exp(709.782712893384), Math.exp(709.782712893384))).toBeLessThanOrEqual(2);
    expect(exp(709.7827128933841)).toBe(Infinity);
  });

  test.each([
    [0, 1],
    [-0, 1],
    [Infinity, Infinity],
    [-Infinity, 0],
    [-746, 0],
    [710, Infinity],
    [Number.NaN, Number.NaN],
    [Number.MIN_VALUE, 1],
  ])("of %d is %d", (x, expected) => {
    expect(exp(x)).toBe(expected);
  });

  test("undoes log to within the error of its argument", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        // A relative error of 2^-52 in log x, which is at most 691, is one of 691 · 2^-52 in x.
        expect(Math.abs(exp(log(x)) / x - 1)).toBeLessThan(700 * 2 ** -52);
      }),
    );
  });
});

test("results stay what they were, in every engine", () => {
  expect(hexBits([log(3), log(1e-310), log(0.999)])).toEqual([
    "3ff193ea7aad030b",
    "c0864e69394d9508",
    "bf5064670d979b73",
  ]);
  expect(hexBits([exp(1), exp(-0.1), exp(-740)])).toEqual(["4005bf0a8b14576a", "3fecf46d99d52b3a", "0000000000000055"]);
});

describe("the sources of core", () => {
  const root = join(import.meta.dirname, "..");
  /** Interprets solvers for tests; what trains is compiled. */
  const INTERPRETER = "solver/evaluate.ts";
  /** IEEE 754 or the language fixes these to the last bit. */
  const portable = new Set(
    ["abs", "ceil", "clz32", "floor", "fround", "imul", "max", "min", "round", "sign", "sqrt", "trunc"].concat(
      Object.getOwnPropertyNames(Math).filter((name) => /^[A-Z]/u.test(name)),
    ),
  );

  const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .map((path) => ({ path, code: withoutComments(readFileSync(join(root, path), "utf8")) }));

  test("use no function that engines may round differently, but for the interpreter of expressions, and no global chance", () => {
    const used = sources.flatMap(({ path, code }) =>
      Array.from(code.matchAll(/\bMath\b(?:\.(\w+))?/gu), ([, name = "itself"]) => ({ path, name })),
    );
    expect(used.length).toBeGreaterThan(10);
    const others = used.filter(({ name }) => !portable.has(name));
    expect(others.map(({ path, name }) => `${path.replaceAll("\\", "/")} ${name}`)).toEqual([`${INTERPRETER} cos`]);
  });

  test("raise written numbers only to powers, but for the interpreter of expressions", () => {
    const powers = sources.flatMap(({ path, code }) =>
      Array.from(code.matchAll(/(\S+)\s*\*\*=?\s*(\S+)/gu), ([, base = "", exponent = ""]) => ({
        path,
        base,
        exponent,
      })),
    );
    expect(powers.length).toBeGreaterThan(5);
    const unwritten = powers.filter(({ base, exponent }) => !/\d$/u.test(base) || !/^-?\d/u.test(exponent));
    expect(unwritten.map(({ path }) => path.replaceAll("\\", "/"))).toEqual([INTERPRETER]);
  });

  test("read no clock", () => {
    const clocks = sources.filter(({ code }) => /\bDate\b|\bperformance\b|\bcrypto\b/u.test(code));
    expect(clocks.map(({ path }) => path)).toEqual([]);
  });
});

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/gu, "");
}

describe("sineOfTurn and cosineOfTurn", () => {
  const turns = fc.tuple(fc.integer({ min: -4096, max: 4096 }), fc.integer({ min: 1, max: 1024 }));

  test("are those of Math, but for its rounding of the angle", () => {
    fc.assert(
      fc.property(turns, ([part, whole]) => {
        const turned = (2 * Math.PI * (part % whole)) / whole;
        expect(Math.abs(sineOfTurn(part, whole) - Math.sin(turned))).toBeLessThan(2e-15);
        expect(Math.abs(cosineOfTurn(part, whole) - Math.cos(turned))).toBeLessThan(2e-15);
      }),
      { numRuns: 2000 },
    );
  });

  test("are exact where a turn is cut into quarters", () => {
    expect([0, 1, 2, 3, 4, -1].map((quarter) => sineOfTurn(quarter, 4) + 0)).toEqual([0, 1, 0, -1, 0, -1]);
    expect([0, 1, 2, 3, 4, -1].map((quarter) => cosineOfTurn(quarter, 4) + 0)).toEqual([1, 0, -1, 0, 1, 0]);
    expect(sineOfTurn(1, 12)).toBeCloseTo(0.5, 15);
  });
});
