import { rootKey } from "@potluck/core";
import { data } from "@potluck/data";
import { expect, test } from "vitest";
import { mean } from "../../harness/metrics.ts";
import {
  attending,
  bernoulli,
  cyclic,
  EXAMPLES,
  markov,
  mostlyOneClass,
  OWN_EXAMPLES,
  type Pattern,
  shareOf,
} from "./attendance.ts";

/** In which share of the rounds a client was there, and for how many on end on average. */
function observed(pattern: Pattern, share: number): { readonly share: number; readonly stay: number } {
  const attended = pattern(share, 100_000, rootKey(1));
  const came = attended.filter((there, round) => there && attended[round - 1] !== true).length;
  return { share: mean(attended.map(Number)), stay: attended.filter(Boolean).length / came };
}

test("rates go from 0.02 to 0.56 with the class and are 0.15 on average", () => {
  const shares = Array.from({ length: 100 }, (_, client) => shareOf(client, 100));
  expect(Math.min(...shares)).toBe(0.02);
  expect(Math.max(...shares)).toBe(0.56);
  expect(mean(shares)).toBeCloseTo(0.15, 2);
});

test("rounds by themselves: 1 / (1 − p) of them on end", () => {
  const { share, stay } = observed(bernoulli, 0.2);
  expect(share).toBeCloseTo(0.2, 2);
  expect(stay).toBeCloseTo(1.25, 1);
});

test("chains are there as often, for five rounds on end", () => {
  const { share, stay } = observed(markov, 0.2);
  expect(share).toBeCloseTo(0.2, 1);
  expect(stay).toBeGreaterThan(4.8);
  expect(stay).toBeLessThan(5.2);
});

test("cycles are there as often exactly, once in a hundred rounds", () => {
  const attended = cyclic(0.2, 300, rootKey(1));
  expect(attended.filter(Boolean)).toHaveLength(60);
  expect(attended.slice(100)).toEqual(attended.slice(0, 200));
});

test("devices are online when the rounds begin in which they take part", async () => {
  const [device] = await attending(
    "every second",
    (_share, rounds) => rangeOf(rounds).map((r) => r % 2 === 0),
    4,
  ).devices(20, rootKey(1));
  expect(device?.availability).toEqual({
    kind: "trace",
    toggles: Float64Array.of(0, 0.7, 1.8, 2.7),
    periodSeconds: null,
  });
});

test("clients have most of their examples from a class of their own, and none is dealt twice", async () => {
  const { train } = await data
    .gaussians({ classes: 10, features: 2, examplesPerClass: 40, testExamplesPerClass: 1 })
    .load();
  const { clients } = mostlyOneClass(20).split({ examples: train, key: rootKey(1) });
  expect(new Set(clients.flatMap((rows) => [...rows.train])).size).toBe(20 * EXAMPLES);
  for (const [client, rows] of clients.entries()) {
    const own = [...rows.train].filter((row) => train.labels[row] === client % 10);
    expect(own.length).toBeGreaterThanOrEqual(OWN_EXAMPLES);
  }
});

function rangeOf(length: number): readonly number[] {
  return Array.from({ length }, (_, at) => at);
}
