import { type ClientRows, type Examples, Fault, rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dirichlet, iid, shards } from "./index.ts";
import type { Partitioner } from "./partition.ts";
import { allRows, examplesOf, splitIfPossible } from "./sample-examples.ts";

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

describe.each([iid, shards, dirichlet])("$definition.name with billions of clients", ({ parse }) => {
  test("is refused at once: by the data at hand up to 2^32, by the range of the option beyond", () => {
    const request = { examples: examplesOf([3, 3]), key: rootKey(0) };
    const most = parse({ clients: 2 ** 32, ...(parse === dirichlet.parse && { alpha: 1 }) });
    expect(() => most.split(request)).toThrow("4294967296 clients with at least 2 rows each need 8589934592 rows");
    expect(() => parse({ clients: 2 ** 32 + 1 })).toThrow("clients must be a whole number ≥ 1 and ≤ 4294967296");
  });
});
