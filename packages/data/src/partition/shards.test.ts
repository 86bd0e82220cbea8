import { rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classCounts, examplesOf, sizesOf, splitIfPossible } from "./sample-examples.ts";
import { shards } from "./shards.ts";

const dataset = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 6 }).map(examplesOf);
const seed = fc.integer({ min: 0, max: 2 ** 40 });

describe("the partitioner shards", () => {
  test("gives no client more classes than promised", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), dataset, seed, (classesPerClient, examples, runSeed) => {
        const partitioner = shards({ clients: 8, classesPerClient, minimumExamples: 1 });
        for (const client of splitIfPossible(partitioner, examples, runSeed)?.clients ?? []) {
          const classes = classCounts(client, examples).filter((count) => count > 0).length;
          expect(classes).toBeLessThanOrEqual(classesPerClient);
        }
      }),
    );
  });

  test("gives two shards of 300 to each of 100 clients where classes are equal, as in the paper", () => {
    const examples = examplesOf(new Array<number>(10).fill(6000));
    const clients = shards({ clients: 100 }).split({ examples, key: rootKey(1) }).clients;
    const counts = clients.flatMap((client) => classCounts(client, examples).filter((count) => count > 0));
    expect(new Set(counts)).toEqual(new Set([300, 600])); // 600 where both shards are of one class
  });

  test("refuses data with more classes than there are shards", () => {
    const examples = examplesOf([10, 10, 10, 10, 10]);
    expect(() => shards({ clients: 2 }).split({ examples, key: rootKey(1) })).toThrow(
      "the clients together are dealt 4 shards, too few for 5 classes",
    );
  });

  test("refuses a class too small for its shards", () => {
    expect(() =>
      shards({ clients: 3, minimumExamples: 4 }).split({ examples: examplesOf([1, 20]), key: rootKey(1) }),
    ).toThrow("class 0 has 1 rows for 1 shards of at least 2");
  });

  test("gives equal sizes where the quantity skew is 0", () => {
    expect(new Set(sizesOf(shards({ clients: 100 }), 1000))).toEqual(new Set([100]));
  });
});
