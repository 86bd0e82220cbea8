import { permutation, rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, holdOut, joined, rowsByClass } from "./rows.ts";
import { examplesOf } from "./sample-examples.ts";

const key = rootKey(1);

describe("rows", () => {
  test("by class are all rows of that class, in an order that the key decides, and none for a class without rows", () => {
    const examples = examplesOf([40, 0, 3]);
    const classes = rowsByClass(examples, key);
    const numbers = (length: number, first: number): readonly number[] => Array.from({ length }, (_, i) => first + i);
    expect(classes.map((rows) => [...rows].sort((a, b) => a - b))).toEqual([numbers(40, 0), [], numbers(3, 40)]);
    expect(rowsByClass(examples, key)).toEqual(classes);
    expect(rowsByClass(examples, rootKey(2))).not.toEqual(classes);
  });

  test("that are cut and joined again are the same rows", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 12 }), (sizes) => {
        const rows = Uint32Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, i) => 7 * i);
        const pieces = cut(rows, Uint32Array.from(sizes));
        expect(pieces.map(({ length }) => length)).toEqual(sizes);
        expect(joined(pieces)).toEqual(rows);
      }),
    );
  });

  test.each([
    [10, 0.25, 3], // 2.5, rounded up
    [10, 0.01, 1], // at least one
    [2, 0.9, 1], // one stays to train on
    [1, 0.9, 0],
    [10, 0, 0],
  ])("of %i, a share of %f holds %i out", (count, share, expected) => {
    const rows = Uint32Array.from({ length: count }, (_, i) => i);
    const [client] = holdOut({}, [rows], share, key);
    expect(client?.test).toHaveLength(expected);
    expect([...(client?.train ?? []), ...(client?.test ?? [])].sort((a, b) => a - b)).toEqual([...rows]);
  });
});

/** Windows of `length` every `stride` characters of texts that are so long, text after text, shared out at random. */
const windows = fc
  .record({
    texts: fc.array(fc.nat(60), { minLength: 1, maxLength: 4 }),
    stride: fc.integer({ min: 1, max: 4 }),
    length: fc.integer({ min: 1, max: 12 }),
    clients: fc.integer({ min: 1, max: 4 }),
    share: fc.constantFrom(0, 0.1, 0.3, 0.9),
    seed: fc.nat(1000),
  })
  .map(({ texts, stride, length, clients, ...rest }) => {
    const own = texts.map((size) => Array.from({ length: Math.ceil(size / stride) }, (_, at) => at * stride));
    const starts = Uint32Array.from(own.flat());
    const ofRow = Uint32Array.from(own.flatMap((ofText, text) => ofText.map(() => text)));
    const dealt = permutation(rootKey(rest.seed), starts.length).map((card) => card % clients);
    const rows = Array.from({ length: clients }, (_, client) =>
      permutation(rootKey(1), starts.length).filter((row) => dealt[row] === client),
    );
    return { examples: { owners: { ofRow, names: texts.map(String) }, spans: { starts, length } }, rows, ...rest };
  });

describe("of windows of texts, a client holds out", () => {
  test("none that shares a character with one to train on, all of them late in their text", () => {
    fc.assert(
      fc.property(windows, ({ examples: { owners, spans, ...rest }, rows, share, seed }) => {
        const clients = holdOut({ owners, spans, ...rest }, rows, share, rootKey(seed));
        clients.forEach(({ train, test: held }, client) => {
          const charactersOf = (row: number): readonly string[] =>
            Array.from({ length: spans.length }, (_, at) => `${owners.ofRow[row]}:${(spans.starts[row] ?? 0) + at}`);
          const trained = new Set([...train].flatMap(charactersOf));
          expect([...held].flatMap(charactersOf).filter((character) => trained.has(character))).toEqual([]);
          const all = [...train, ...held];
          expect(new Set(all).size).toBe(all.length);
          expect(all.every((row) => rows[client]?.includes(row))).toBe(true);
        });
      }),
    );
  });

  test("as many as the share says but for those that overlap, which nobody has", () => {
    fc.assert(
      fc.property(windows, ({ examples, rows, share, seed }) => {
        holdOut(examples, rows, share, rootKey(seed)).forEach(({ train, test: held }, client) => {
          const count = rows[client]?.length ?? 0;
          const wanted = share === 0 || count < 2 ? 0 : Math.min(count - 1, Math.max(1, Math.round(count * share)));
          expect(train.length).toBe(count - wanted);
          expect(held.length).toBeLessThanOrEqual(wanted);
        });
      }),
    );
  });

  test("the last ones of each text: by hand", () => {
    // Ten windows of 2 characters and the one that follows, of one text, every 2 characters: 0, 2, …, 18. Three are held
    // out. The last that is trained on begins at 12 and ends with 14, so the window at 14 is left out.
    const starts = Uint32Array.from({ length: 10 }, (_, at) => 2 * at);
    const examples = { owners: { ofRow: new Uint32Array(10), names: ["ANN"] }, spans: { starts, length: 3 } };
    const [client] = holdOut(examples, [Uint32Array.from(starts.keys())], 0.3, key);
    expect([...(client?.train ?? [])].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(client?.test).toEqual(Uint32Array.of(8, 9));
  });
});
