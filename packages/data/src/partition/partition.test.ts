import { type ClientRows, type Examples, Fault, rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dirichlet, iid, shards } from "./index.ts";
import type { Partitioner } from "./partition.ts";

/** `perClass[c]` rows of class c, one class after another. */
function examplesOf(perClass: readonly number[]): Examples {
  const labels = Uint8Array.from(perClass.flatMap((count, label) => new Array<number>(count).fill(label)));
  const count = labels.length;
  return { count, shape: [1], features: new Uint8Array(count), scale: 1, labels, classes: perClass.length };
}

const allRows = (clients: readonly ClientRows[]): readonly number[] =>
  clients.flatMap(({ train, test: held }) => [...train, ...held]);

function classCounts({ train, test: held }: ClientRows, { labels, classes }: Examples): readonly number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const row of [...train, ...held]) counts[labels[row] ?? -1] = (counts[labels[row] ?? -1] ?? 0) + 1;
  return counts;
}

/** The mean over clients of the share of a client's most frequent class. */
function meanTopShare(clients: readonly ClientRows[], examples: Examples): number {
  const shares = clients.map((client) => {
    const counts = classCounts(client, examples);
    return Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

const common = {
  clients: fc.integer({ min: 1, max: 20 }),
  quantitySkew: fc.constantFrom(0, 0.5, 2),
  testShare: fc.constantFrom(0, 0.15, 0.9),
  minimumExamples: fc.integer({ min: 1, max: 4 }),
};

const partitioners: readonly {
  readonly name: string;
  readonly arbitrary: fc.Arbitrary<{ readonly options: Options; readonly partitioner: Partitioner }>;
}[] = [
  { name: "iid", arbitrary: fc.record(common).map((options) => ({ options, partitioner: iid(options) })) },
  {
    name: "shards",
    arbitrary: fc
      .record({ ...common, classesPerClient: fc.integer({ min: 1, max: 4 }) })
      .map((options) => ({ options, partitioner: shards(options) })),
  },
  {
    name: "dirichlet",
    arbitrary: fc
      .record({ ...common, alpha: fc.constantFrom(1e-5, 0.01, 0.3, 1, 1000) })
      .map((options) => ({ options, partitioner: dirichlet(options) })),
  },
];

interface Options {
  readonly clients: number;
  readonly testShare: number;
  readonly minimumExamples: number;
}

const dataset = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 6 }).map(examplesOf);
const seed = fc.integer({ min: 0, max: 2 ** 40 });

/** The split, or null where the request is refused as impossible; any other error fails the test. */
function splitIfPossible(partitioner: Partitioner, examples: Examples, runSeed: number): readonly ClientRows[] | null {
  try {
    return partitioner.split({ examples, key: rootKey(runSeed) });
  } catch (error) {
    if (error instanceof Fault && error.code === "data-invalid" && error.remedy !== "") return null;
    throw error;
  }
}

describe.each(partitioners)("the partitioner $name", ({ arbitrary }) => {
  const eachSplit = (law: (clients: readonly ClientRows[], options: Options, examples: Examples) => void): void => {
    fc.assert(
      fc.property(arbitrary, dataset, seed, ({ options, partitioner }, examples, runSeed) => {
        const clients = splitIfPossible(partitioner, examples, runSeed);
        if (clients !== null) law(clients, options, examples);
      }),
    );
  };

  test("gives every row to exactly one client, to train on or to test", () => {
    eachSplit((clients, _, examples) => {
      const rows = [...allRows(clients)].sort((a, b) => a - b);
      expect(rows).toEqual(Array.from({ length: examples.count }, (__, row) => row));
    });
  });

  test("gives every client its minimum", () => {
    eachSplit((clients, { minimumExamples, clients: promised }) => {
      expect(clients).toHaveLength(promised);
      for (const { train, test: held } of clients) {
        expect(train.length + held.length).toBeGreaterThanOrEqual(minimumExamples);
      }
    });
  });

  test("holds out the test share, rounded, but at least one row and never all of them", () => {
    eachSplit((clients, { testShare }) => {
      for (const { train, test: held } of clients) {
        const rows = train.length + held.length;
        const rounded = Math.round(rows * testShare);
        const expected = testShare === 0 || rows === 1 ? 0 : Math.max(1, Math.min(rows - 1, rounded));
        expect(held.length).toBe(expected);
      }
    });
  });

  test("depends on nothing but the key", () => {
    fc.assert(
      fc.property(arbitrary, dataset, seed, ({ partitioner }, examples, runSeed) => {
        const first = splitIfPossible(partitioner, examples, runSeed);
        expect(splitIfPossible(partitioner, examples, runSeed)).toEqual(first);
      }),
    );
  });

  test("splits differently under another key", () => {
    const [{ partitioner } = { partitioner: undefined }] = fc.sample(
      arbitrary.filter(({ options }) => options.clients > 1),
      { numRuns: 1, seed: 1 },
    );
    const examples = examplesOf([200, 200]);
    expect(partitioner?.split({ examples, key: rootKey(1) })).not.toEqual(
      partitioner?.split({ examples, key: rootKey(2) }),
    );
  });

  test("refuses more clients than the rows can feed, and says what to change", () => {
    const examples = examplesOf([3, 3]);
    const [{ partitioner } = { partitioner: undefined }] = fc.sample(
      arbitrary.filter(({ options }) => options.clients > 6),
      { numRuns: 1, seed: 1 },
    );
    expect(() => partitioner?.split({ examples, key: rootKey(0) })).toThrow(Fault);
  });
});

describe("quantity skew", () => {
  const sizes = (partitioner: Partitioner, perClass: number): readonly number[] =>
    partitioner
      .split({ examples: examplesOf(new Array<number>(10).fill(perClass)), key: rootKey(5) })
      .map(({ train, test: held }) => train.length + held.length);

  test("of 0 gives equal sizes", () => {
    expect(new Set(sizes(iid({ clients: 100 }), 1000))).toEqual(new Set([100]));
    expect(new Set(sizes(dirichlet({ clients: 100, alpha: 0.1 }), 1000))).toEqual(new Set([100]));
    expect(new Set(sizes(shards({ clients: 100 }), 1000))).toEqual(new Set([100]));
  });

  test("of 1 spreads the logarithms of the sizes with standard deviation 1", () => {
    // 400 clients: the standard deviation has the standard error 1/√800 = 0.035, 5 of them are 0.18
    for (const skewed of [
      iid({ clients: 400, quantitySkew: 1 }),
      dirichlet({ clients: 400, quantitySkew: 1, alpha: 1 }),
    ]) {
      const logs = sizes(skewed, 10_000).map((size) => Math.log(size - 2)); // beyond the minimum of 2
      const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
      const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length);
      expect(Math.abs(deviation - 1)).toBeLessThan(0.18);
    }
  });
});

describe("iid", () => {
  test("gives every client nearly the mix of the whole data", () => {
    const examples = examplesOf([6000, 3000, 1000]);
    for (const client of iid({ clients: 10 }).split({ examples, key: rootKey(1) })) {
      // 1000 rows each, 600 of class 0 expected, standard deviation below √(1000 · 0.6 · 0.4) = 15.5; 5 of them
      expect(Math.abs((classCounts(client, examples)[0] ?? 0) - 600)).toBeLessThan(78);
    }
  });

  test("gives a single client every row to train on when nothing is held out", () => {
    const [only] = iid({ clients: 1, testShare: 0 }).split({ examples: examplesOf([5, 5]), key: rootKey(1) });
    expect([...(only?.train ?? [])].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(only?.test).toHaveLength(0);
  });
});

describe("shards", () => {
  test("gives no client more classes than promised", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), dataset, seed, (classesPerClient, examples, runSeed) => {
        const partitioner = shards({ clients: 8, classesPerClient, minimumExamples: 1 });
        for (const client of splitIfPossible(partitioner, examples, runSeed) ?? []) {
          const classes = classCounts(client, examples).filter((count) => count > 0).length;
          expect(classes).toBeLessThanOrEqual(classesPerClient);
        }
      }),
    );
  });

  test("gives two shards of 300 to each of 100 clients where classes are equal, as in the paper", () => {
    const examples = examplesOf(new Array<number>(10).fill(6000));
    const clients = shards({ clients: 100 }).split({ examples, key: rootKey(1) });
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
});

describe("dirichlet", () => {
  const examples = examplesOf(new Array<number>(10).fill(1000));
  const topShare = (alpha: number): number =>
    meanTopShare(dirichlet({ clients: 100, alpha }).split({ examples, key: rootKey(3) }), examples);

  test("is near iid for large alpha", () => {
    const even = meanTopShare(iid({ clients: 100 }).split({ examples, key: rootKey(3) }), examples);
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
    for (const client of dirichlet({ clients: 10, alpha: 1e6 }).split({ examples: unequal, key: rootKey(1) })) {
      // 1000 rows each, 900 of class 0 expected, standard deviation below √(1000 · 0.9 · 0.1) = 9.5; 5 of them
      expect(Math.abs((classCounts(client, unequal)[0] ?? 0) - 900)).toBeLessThan(48);
    }
  });

  test("deals every row even where every draw underflows", () => {
    const clients = dirichlet({ clients: 10, alpha: 1e-300 }).split({ examples, key: rootKey(1) });
    expect(new Set(allRows(clients)).size).toBe(examples.count);
  });
});
