import { type ClientRows, type Examples, rootKey, rowsAt } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { labelDrift } from "./label-drift.ts";
import { priorDrift } from "./prior-drift.ts";
import { classCounts, examplesOf } from "./sample-examples.ts";

const key = rootKey(2);

/** The number of examples of each class that a client holds at the instant `now`. */
function mixAt(client: ClientRows | undefined, now: number, examples: Examples): readonly number[] {
  if (client === undefined) throw new Error("there is such a client");
  return classCounts(rowsAt(client, now), examples);
}

describe("the partitioner label-drift", () => {
  const examples: Examples = {
    ...examplesOf([30, 30, 30, 30]),
    features: Uint8Array.from({ length: 120 }, (_, row) => row),
  };

  test("swaps the labels of pairs of classes from the instant on, and leaves features and other classes", () => {
    const split = labelDrift({ clients: 3, at: [100] }).split({ examples, key });
    const changed = new Set<string>();
    for (const client of split.clients) {
      const [before, after] = [rowsAt(client, 99.9), rowsAt(client, 100)];
      expect(after.train).toHaveLength(before.train.length);
      before.train.forEach((row, at) => {
        const now = after.train[at] ?? -1;
        const [old, label] = [split.examples.labels[row], split.examples.labels[now]];
        expect(split.examples.features[now]).toBe(split.examples.features[row]);
        if (old === label) expect(now).toBe(row);
        else changed.add(`${old}>${label}`);
      });
    }
    // One pair: a > b and b > a.
    const [[one = "", other = ""] = []] = [...changed].map((swap) => swap.split(">"));
    expect([...changed].toSorted()).toEqual([`${one}>${other}`, `${other}>${one}`].toSorted());
    expect(split.examples.count).toBe(120 + 60);
  });

  test("goes on from the concept before, and uses a row again where it gets back its name", () => {
    // Two classes: the one possible swap is undone at the second instant and done again at the third.
    const two = examplesOf([10, 10]);
    const { examples: after, clients } = labelDrift({ clients: 2, at: [1, 2, 3] }).split({ examples: two, key });
    expect(after.count).toBe(40);
    for (const client of clients) {
      expect(rowsAt(client, 2)).toMatchObject(rowsAt(client, 0));
      expect(rowsAt(client, 3).train).toEqual(rowsAt(client, 1).train);
      expect(mixAt(client, 1, after)).toEqual(mixAt(client, 0, after).toReversed());
    }
  });

  test("changes the data of the share of clients alone, each later by a delay of its own", () => {
    const { clients } = labelDrift({ clients: 20, at: [10, 50], share: 0.25, spreadSeconds: 8 }).split({
      examples,
      key,
    });
    const drifting = clients.flatMap(({ later = [] }) => (later.length === 0 ? [] : [later.map(({ from }) => from)]));
    expect(drifting).toHaveLength(5);
    for (const [first = 0, second = 0] of drifting) {
      expect(first >= 10 && first < 18).toBe(true);
      expect(second - first).toBeCloseTo(40, 9);
    }
    expect(new Set(drifting.map(([first]) => first)).size).toBe(5);
  });

  test("refuses more pairs than classes allow, and more copies than fit into memory", () => {
    expect(() => labelDrift({ clients: 1, at: [1], pairs: 3 }).split({ examples, key })).toThrow("3 pairs of classes");
    const three = { ...examplesOf([2, 2, 2]), shape: [2 ** 27], features: new Uint8Array(6 * 2 ** 27) }; // never touched
    expect(() => labelDrift({ clients: 2, at: [1, 2, 3, 4, 5] }).split({ examples: three, key })).toThrow(
      expect.objectContaining({ code: "option-invalid", message: expect.stringContaining("1073741824 is the most") }),
    );
  });
});

describe("the partitioner prior-drift", () => {
  const examples = examplesOf(new Array<number>(10).fill(1000));

  test("gives fresh examples from each instant on, in another mix of classes and as many", () => {
    const options = { clients: 10, rule: "shards", classesPerClient: 1, at: [60, 120] } as const;
    const { clients } = priorDrift(options).split({ examples, key });
    const classes = clients.map((client) =>
      [0, 60, 120].map((now) => mixAt(client, now, examples).findIndex((count) => count > 0)),
    );
    // Of 10 clients with one of 10 classes each, hardly any keeps its class twice.
    expect(classes.filter(([a, b, c]) => a === b && b === c).length).toBeLessThan(3);
    for (const client of clients) {
      const sizes = [0, 60, 120].map((now) => rowsAt(client, now).train.length + rowsAt(client, now).test.length);
      for (const size of sizes) expect(Math.abs(size - 10_000 / 30)).toBeLessThan(15);
    }
  });

  test("leaves clients outside the share with their first examples for ever", () => {
    const { clients } = priorDrift({ clients: 10, at: [60], share: 0.4 }).split({ examples, key });
    expect(clients.filter(({ later }) => later === undefined)).toHaveLength(6);
  });

  test("says how many rows clients need over all instants", () => {
    const split = (): unknown => priorDrift({ clients: 4, at: [1, 2] }).split({ examples: examplesOf([23]), key });
    expect(split).toThrow("4 clients with 3 times at least 2 rows each need 24 rows, there are 23");
  });

  test("refuses the rule by-key, which has nothing for later", () => {
    expect(() => priorDrift({ clients: 2, rule: "by-key", at: [1] })).toThrow('the rule "by-key" gives a client');
  });
});

test.each([
  [[], "at least one"],
  [[5, 5], "in ascending order, each once, got [5, 5]"],
  [[5, 4], "in ascending order, each once, got [5, 4]"],
])("the instants %j are refused", (at, message) => {
  expect(() => labelDrift({ clients: 1, at })).toThrow(`the instants of at must be ${message}`);
  expect(() => priorDrift({ clients: 1, at })).toThrow(`the instants of at must be ${message}`);
});
