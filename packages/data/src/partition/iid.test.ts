import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { iid } from "./iid.ts";
import { classCounts, examplesOf, sizesOf, sizeSpread } from "./sample-examples.ts";

describe("the partitioner iid", () => {
  test("gives every client nearly the mix of the whole data", () => {
    const examples = examplesOf([6000, 3000, 1000]);
    for (const client of iid({ clients: 10 }).split({ examples, key: rootKey(1) }).clients) {
      // 1000 rows each, 600 of class 0 expected, standard deviation below √(1000 · 0.6 · 0.4) = 15.5; 5 of them
      expect(Math.abs((classCounts(client, examples)[0] ?? 0) - 600)).toBeLessThan(78);
    }
  });

  test("gives a single client every row to train on when nothing is held out", () => {
    const [only] = iid({ clients: 1, testShare: 0 }).split({ examples: examplesOf([5, 5]), key: rootKey(1) }).clients;
    expect([...(only?.train ?? [])].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(only?.test).toHaveLength(0);
  });

  test("gives equal sizes where the quantity skew is 0", () => {
    expect(new Set(sizesOf(iid({ clients: 100 }), 1000))).toEqual(new Set([100]));
  });

  test("with a quantity skew of 1 spreads the logarithms of the sizes with standard deviation 1", () => {
    // 400 clients: the standard deviation has the standard error 1/√800 = 0.035, 5 of them are 0.18
    expect(Math.abs(sizeSpread(iid({ clients: 400, quantitySkew: 1 })) - 1)).toBeLessThan(0.18);
  });
});
