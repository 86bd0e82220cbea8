import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { dirichlet } from "./dirichlet.ts";
import { iid } from "./iid.ts";
import { allRows, classCounts, examplesOf, meanTopShare, sizesOf, sizeSpread } from "./sample-examples.ts";

describe("the partitioner dirichlet", () => {
  const examples = examplesOf(new Array<number>(10).fill(1000));
  const topShare = (alpha: number): number =>
    meanTopShare(dirichlet({ clients: 100, alpha }).split({ examples, key: rootKey(3) }).clients, examples);

  test("is near iid for large alpha", () => {
    const even = meanTopShare(iid({ clients: 100 }).split({ examples, key: rootKey(3) }).clients, examples);
    expect(topShare(1e5)).toBeLessThan(even + 0.01);
  });

  test("gives most clients nearly a single class for small alpha", () => {
    expect(topShare(0.001)).toBeGreaterThan(0.8);
  });

  test("is the more skewed the smaller alpha is", () => {
    const shares = [0.01, 0.1, 0.3, 1, 10].map(topShare);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
  });

  test("keeps to the mix of the data where classes are unequal and alpha is large", () => {
    const unequal = examplesOf([9000, 900, 100]);
    for (const client of dirichlet({ clients: 10, alpha: 1e6 }).split({ examples: unequal, key: rootKey(1) }).clients) {
      // 1000 rows each, 900 of class 0 expected, standard deviation below √(1000 · 0.9 · 0.1) = 9.5; 5 of them
      expect(Math.abs((classCounts(client, unequal)[0] ?? 0) - 900)).toBeLessThan(48);
    }
  });

  test("deals every row even where every draw underflows", () => {
    const clients = dirichlet({ clients: 10, alpha: 1e-300 }).split({ examples, key: rootKey(1) }).clients;
    expect(new Set(allRows(clients)).size).toBe(examples.count);
  });

  test("gives equal sizes where the quantity skew is 0", () => {
    expect(new Set(sizesOf(dirichlet({ clients: 100, alpha: 0.1 }), 1000))).toEqual(new Set([100]));
  });

  test("with a quantity skew of 1 spreads the logarithms of the sizes with standard deviation 1", () => {
    // 400 clients: the standard deviation has the standard error 1/√800 = 0.035, 5 of them are 0.18
    expect(Math.abs(sizeSpread(dirichlet({ clients: 400, quantitySkew: 1, alpha: 1 })) - 1)).toBeLessThan(0.18);
  });
});
