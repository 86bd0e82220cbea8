import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { dirichletQuantity } from "./dirichlet-quantity.ts";
import { classCounts, examplesOf, sizesOf } from "./sample-examples.ts";

/** The coefficient of variation of what clients get beyond their minimum of 2, of 100,000 rows. */
function variation(clients: number, beta: number): number {
  const shares = sizesOf(dirichletQuantity({ clients, beta }), 10_000).map((size) => size - 2);
  const mean = shares.reduce((sum, share) => sum + share, 0) / clients;
  return Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / clients) / mean;
}

describe("the partitioner dirichlet-quantity", () => {
  test("gives sizes whose coefficient of variation is √((N − 1) / (N β + 1))", () => {
    // N = 1000: 0.577 at β = 3 and 0.999 at β = 1. Shares at β = 1 are nearly exponential, whose coefficient of
    // variation has a standard error of 1/√1000 = 3%; 5 of them are 16%.
    for (const beta of [1, 3]) {
      expect(Math.abs(variation(1000, beta) / Math.sqrt(999 / (1000 * beta + 1)) - 1)).toBeLessThan(0.16);
    }
  });

  test("gives nearly all to one client for a tiny beta, and nearly equal sizes for a large one", () => {
    const tiny = sizesOf(dirichletQuantity({ clients: 10, beta: 1e-6 }), 100);
    expect(tiny.toSorted((a, b) => b - a)).toEqual([982, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
    const even = sizesOf(dirichletQuantity({ clients: 10, beta: 1e6 }), 100);
    for (const size of even) expect(Math.abs(size - 100)).toBeLessThanOrEqual(1);
  });

  test("gives every client nearly the mix of the whole data", () => {
    const examples = examplesOf([6000, 4000]);
    for (const client of dirichletQuantity({ clients: 5, beta: 5 }).split({ examples, key: rootKey(1) }).clients) {
      const [first = 0, second = 0] = classCounts(client, examples);
      // The share of class 0 has the standard error √(0.24 / n); 5 of them
      expect(Math.abs(first / (first + second) - 0.6)).toBeLessThan(5 * Math.sqrt(0.24 / (first + second)));
    }
  });
});
