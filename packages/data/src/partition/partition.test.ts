import { type ClientRows, type Examples, type HeldRows, Fault, rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as list from "./index.ts";
import {
  byKey,
  dirichlet,
  dirichletQuantity,
  featureShift,
  iid,
  labelDrift,
  longTail,
  priorDrift,
  shards,
} from "./index.ts";
import type { Partitioner, Split } from "./partition.ts";
import { picked } from "./picked.ts";
import { examplesOf, owned, splitIfPossible } from "./sample-examples.ts";

const plain = {
  clients: fc.integer({ min: 1, max: 20 }),
  testShare: fc.constantFrom(0, 0.15, 0.9),
  minimumExamples: fc.integer({ min: 1, max: 4 }),
};
const common = { ...plain, quantitySkew: fc.constantFrom(0, 0.5, 2) };
const drift = {
  at: fc.constantFrom([10], [10, 20, 35]),
  share: fc.constantFrom(0.3, 1),
  spreadSeconds: fc.constantFrom(0, 5),
};

interface Options {
  readonly clients: number;
  readonly testShare: number;
  readonly minimumExamples: number;
}

interface Entry {
  readonly name: string;
  readonly arbitrary: fc.Arbitrary<{ readonly options: Options; readonly partitioner: Partitioner }>;
  /** Some examples that the split returns may be no client's: it says why. */
  readonly leavesOut?: string;
}

function entry<Given extends Options>(
  name: string,
  options: fc.Arbitrary<Given>,
  make: (options: Given) => Partitioner,
  leavesOut?: string,
): Entry {
  const arbitrary = options.map((given) => ({ options: given, partitioner: make(given) }));
  return { name, arbitrary, ...(leavesOut !== undefined && { leavesOut }) };
}

const partitioners: readonly Entry[] = [
  entry("by-key", fc.record(plain), byKey, "keys that are not chosen"),
  entry("dirichlet", fc.record({ ...common, alpha: fc.constantFrom(1e-5, 0.01, 0.3, 1, 1000) }), dirichlet),
  entry("dirichlet-quantity", fc.record({ ...plain, beta: fc.constantFrom(1e-5, 0.1, 1, 1000) }), dirichletQuantity),
  entry("feature-shift", fc.record({ ...common, brightness: fc.constantFrom(0, 0.5) }), featureShift),
  entry("iid", fc.record(common), iid),
  entry("label-drift", fc.record({ ...common, ...drift }), labelDrift),
  entry("long-tail", fc.record({ ...common, imbalance: fc.constantFrom(1, 10, 1000) }), longTail),
  entry(
    "prior-drift",
    fc.record({ ...common, ...drift }).map((options) => ({ ...options, rule: "dirichlet" as const, alpha: 0.5 })),
    priorDrift,
    "later hands of clients whose data stays",
  ),
  entry("shards", fc.record({ ...common, classesPerClient: fc.integer({ min: 1, max: 4 }) }), shards),
];

const dataset = fc
  .array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 6 })
  .map((perClass) => owned(examplesOf(perClass), 12));
const seed = fc.integer({ min: 0, max: 2 ** 40 });

/** What a client holds, phase after phase. */
function phases(client: ClientRows): readonly HeldRows[] {
  return [client, ...(client.later ?? [])];
}

/** All rows that a client ever holds, each once. */
function everHeld(client: ClientRows): ReadonlySet<number> {
  return new Set(phases(client).flatMap(({ train, test: held }) => [...train, ...held]));
}

test("every partitioner is held to the laws", () => {
  // But for the one that gives everything to everybody, which has a test of its own.
  const names = Object.values(list).flatMap(({ definition: { name } }) => (name === "replicated" ? [] : [name]));
  expect(partitioners.map(({ name }) => name)).toEqual(names.toSorted());
});

describe.each(partitioners)("the partitioner $name", ({ arbitrary, leavesOut }) => {
  const eachSplit = (law: (split: Split, options: Options) => void): void => {
    fc.assert(
      fc.property(arbitrary, dataset, seed, ({ options, partitioner }, examples, runSeed) => {
        const split = splitIfPossible(partitioner, examples, runSeed);
        if (split !== null) law(split, options);
      }),
    );
  };

  test(`gives every row to ${leavesOut === undefined ? "exactly" : "at most"} one client, whenever that is`, () => {
    eachSplit(({ examples, clients }) => {
      const rows = clients.flatMap((client) => [...everHeld(client)]).sort((a, b) => a - b);
      expect(rows).toEqual([...new Set(rows)]);
      expect((rows[0] ?? 0) >= 0 && (rows.at(-1) ?? 0) < examples.count).toBe(true);
      if (leavesOut === undefined) expect(rows).toHaveLength(examples.count);
    });
  });

  test("never trains on a row that is held out, whenever that is", () => {
    eachSplit(({ clients }) => {
      for (const client of clients) {
        const held = new Set(phases(client).flatMap(({ test: rows }) => [...rows]));
        expect(phases(client).some(({ train }) => train.some((row) => held.has(row)))).toBe(false);
      }
    });
  });

  test("gives every client its minimum, at every instant", () => {
    eachSplit(({ clients }, { minimumExamples, clients: promised }) => {
      expect(clients).toHaveLength(promised);
      for (const { train, test: held } of clients.flatMap(phases)) {
        expect(train.length + held.length).toBeGreaterThanOrEqual(minimumExamples);
      }
    });
  });

  test("holds out the test share, rounded, but at least one row and never all of them", () => {
    eachSplit(({ clients }, { testShare }) => {
      for (const { train, test: held } of clients.flatMap(phases)) {
        const rows = train.length + held.length;
        const rounded = Math.round(rows * testShare);
        const expected = testShare === 0 || rows === 1 ? 0 : Math.max(1, Math.min(rows - 1, rounded));
        expect(held.length).toBe(expected);
      }
    });
  });

  test("changes rows in the order of their instants", () => {
    eachSplit(({ clients }) => {
      for (const { later = [] } of clients) {
        const instants = later.map(({ from }) => from);
        expect(instants.every((from, i) => from > (instants[i - 1] ?? 0))).toBe(true);
      }
    });
  });

  test("gives back whole examples in shared memory, and leaves those that it was given as they were", () => {
    fc.assert(
      fc.property(arbitrary, dataset, seed, ({ partitioner }, examples, runSeed) => {
        const before = structuredClone(examples);
        const split = splitIfPossible(partitioner, examples, runSeed);
        expect(examples).toEqual(before);
        if (split === null || split.examples === examples) return;
        const { count, features, labels, owners } = split.examples;
        expect([features.length, labels.length, owners?.ofRow.length]).toEqual([count, count, count]);
        expect(features.buffer).toBeInstanceOf(SharedArrayBuffer);
      }),
    );
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
      arbitrary.filter(({ options }) => options.clients > 1 && options.clients < 12),
      { numRuns: 1, seed: 1 },
    );
    const examples = owned(examplesOf([200, 200]), 12);
    expect(partitioner?.split({ examples, key: rootKey(1) })).not.toEqual(
      partitioner?.split({ examples, key: rootKey(2) }),
    );
  });

  test("refuses more clients than the rows can feed, and says what to change", () => {
    const examples = owned(examplesOf([3, 3]), 12);
    const [{ partitioner } = { partitioner: undefined }] = fc.sample(
      arbitrary.filter(({ options }) => options.clients > 6),
      { numRuns: 1, seed: 1 },
    );
    expect(() => partitioner?.split({ examples, key: rootKey(0) })).toThrow(Fault);
  });
});

/** Rows with the numbers 0, 1, 2, … to predict, each also its one feature, owned by twelve owners in turn. */
function numbered(count: number): Examples {
  const values = Float32Array.from({ length: count }, (_, row) => row);
  const answers = { labels: new Uint8Array(0), classes: 0, targets: { values, shape: [1] } };
  return owned({ count, shape: [1], features: values.slice(), scale: 1, ...answers }, 12);
}

describe("numbers to predict", () => {
  const request = { examples: numbered(60), key: rootKey(2) };

  test.each<[string, Partitioner]>([
    ["by-key", byKey({ clients: 5 })],
    ["dirichlet-quantity", dirichletQuantity({ clients: 5, beta: 1 })],
    ["feature-shift", featureShift({ clients: 5 })],
    ["iid", iid({ clients: 5 })],
    ["prior-drift", priorDrift({ clients: 5, at: [3] })],
  ])("are shared out by %s, and stay with their rows", (_, partitioner) => {
    expect(partitioner.byClass ?? false).toBe(false);
    const { examples, clients } = partitioner.split(request);
    expect(clients).toHaveLength(5);
    expect(examples.targets?.values).toEqual(examples.features);
  });

  test.each<[string, Partitioner]>([
    ["dirichlet", dirichlet({ clients: 5, alpha: 1 })],
    ["label-drift", labelDrift({ clients: 5, at: [3] })],
    ["long-tail", longTail({ clients: 5, imbalance: 2 })],
    ["shards", shards({ clients: 5 })],
    ["prior-drift by dirichlet", priorDrift({ clients: 5, at: [3], rule: "dirichlet", alpha: 1 })],
    ["feature-shift by shards", featureShift({ clients: 5, rule: "shards" })],
  ])("are refused by %s, which deals by classes and says so before", (_, partitioner) => {
    expect(partitioner.byClass).toBe(true);
    const fault = { code: "data-invalid", message: expect.stringContaining("deals rows by their classes") };
    expect(() => partitioner.split(request)).toThrow(expect.objectContaining(fault));
  });

  test("go with the rows that are picked, as do their owners and where they lie in what these wrote", () => {
    const starts = Uint32Array.from({ length: request.examples.count }, (_, row) => 10 * row);
    const examples = { ...request.examples, spans: { starts, length: 3 } };
    const { targets, features, owners, spans, labels, count } = picked(examples, Uint32Array.of(25, 3, 3));
    expect(spans).toEqual({ starts: Uint32Array.of(250, 30, 30), length: 3 });
    expect([...features, count]).toEqual([25, 3, 3, 3]);
    expect(targets).toEqual({ values: Float32Array.of(25, 3, 3), shape: [1] });
    expect(targets?.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...(owners?.ofRow ?? [])]).toEqual([1, 3, 3]);
    expect(labels).toHaveLength(0);
  });
});

/** What each partitioner needs besides the clients. */
const needs: Readonly<Record<string, object>> = {
  dirichlet: { alpha: 1 },
  "dirichlet-quantity": { beta: 1 },
  "label-drift": { at: [1] },
  "long-tail": { imbalance: 1 },
};

describe.each([iid, shards, dirichlet, dirichletQuantity, featureShift, labelDrift, longTail])(
  "$definition.name with billions of clients",
  ({ parse, definition }) => {
    test("is refused at once: by the data at hand up to 2^32, by the range of the option beyond", () => {
      const request = { examples: examplesOf([3, 3]), key: rootKey(0) };
      const most = parse({ clients: 2 ** 32, ...needs[definition.name] });
      expect(() => most.split(request)).toThrow("4294967296 clients with at least 2 rows each need 8589934592 rows");
      expect(() => parse({ clients: 2 ** 32 + 1 })).toThrow("clients must be a whole number ≥ 1 and ≤ 4294967296");
    });
  },
);
