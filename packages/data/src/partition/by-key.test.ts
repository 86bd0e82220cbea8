import { type Examples, rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byKey } from "./by-key.ts";
import { allRows, examplesOf, splitIfPossible } from "./sample-examples.ts";

/** `sizes[k]` examples of owner k, dealt in turn, so that an owner's rows do not lie together. */
function owned(sizes: readonly number[]): Examples {
  const most = Math.max(0, ...sizes);
  const turns = Array.from({ length: most }, (_, turn) => [...sizes.keys()].filter((k) => turn < (sizes[k] ?? 0)));
  const ofRow = Uint32Array.from(turns.flat());
  return { ...examplesOf([ofRow.length]), owners: { ofRow, names: sizes.map((_, k) => `owner ${k}`) } };
}

const sizes = fc.array(fc.nat(8), { minLength: 1, maxLength: 12 });
const request = { clients: fc.integer({ min: 1, max: 12 }), minimumExamples: fc.integer({ min: 1, max: 4 }) };

describe("the partitioner by-key", () => {
  test("gives each client all examples of one owner who has enough, or says how many there are", () => {
    fc.assert(
      fc.property(sizes, fc.record(request), fc.nat(1000), (given, options, seed) => {
        const examples = owned(given);
        const eligible = given.filter((size) => size >= options.minimumExamples).length;
        const clients = splitIfPossible(byKey(options), examples, seed)?.clients ?? null;
        expect(clients === null).toBe(options.clients > eligible);
        const owners = (clients ?? []).map((client) => [
          ...new Set(allRows([client]).map((row) => ownerOf(examples, row))),
        ]);
        expect(owners.every(({ length }) => length === 1)).toBe(true);
        expect(owners.flat()).toEqual([...new Set(owners.flat())].toSorted((a, b) => a - b));
        (clients ?? []).forEach((client, k) => {
          expect(new Set(allRows([client])).size).toBe(given[owners[k]?.[0] ?? -1]);
        });
      }),
    );
  });

  test("gives every owner a client where as many are asked for", () => {
    const { clients } = byKey({ clients: 3, testShare: 0 }).split({ examples: owned([2, 3, 2]), key: rootKey(1) });
    expect(clients.map(({ train }) => [...train].toSorted((a, b) => a - b))).toEqual([
      [0, 3],
      [1, 4, 6],
      [2, 5],
    ]);
  });

  test("chooses other owners under another key, each as likely as the others", () => {
    const examples = owned([2, 2, 2, 2]);
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < 400; seed++) {
      const [client] = byKey({ clients: 1 }).split({ examples, key: rootKey(seed) }).clients;
      const owner = ownerOf(examples, client?.train[0] ?? -1);
      counts[owner] = (counts[owner] ?? 0) + 1;
    }
    // 100 expected, standard deviation √(400 · ¼ · ¾) = 8.7; 5 of them
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(44);
  });

  test("says how many keys have enough examples", () => {
    const split = (): unknown =>
      byKey({ clients: 3, minimumExamples: 3 }).split({ examples: owned([2, 3, 5]), key: rootKey(1) });
    expect(split).toThrow("3 clients with at least 3 rows each were asked for, and 2 of the 3 keys of the data");
    expect(split).toThrow(expect.objectContaining({ remedy: "Use at most 2 clients, or lower minimumExamples." }));
  });

  test("refuses data that has no keys, and says which sources do", () => {
    expect(() => byKey({ clients: 1 }).split({ examples: examplesOf([3]), key: rootKey(1) })).toThrow(
      expect.objectContaining({ code: "data-invalid", remedy: expect.stringContaining("shakespeare") }),
    );
  });
});

function ownerOf({ owners }: Examples, row: number): number {
  return owners?.ofRow[row] ?? -1;
}
