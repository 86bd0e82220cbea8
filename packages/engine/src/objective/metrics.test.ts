import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accuracy, classAccuracies, meanLossOf, perplexity, topKAccuracy, totalLoss } from "./metrics.ts";

/** Ranks, labels and weights of some things with four classes. */
const things = fc.array(fc.record({ rank: fc.nat(3), label: fc.nat(3), weight: fc.constantFrom(0, 1) })).map((all) => ({
  ranks: all.map(({ rank }) => rank),
  labels: all.map(({ label }) => label),
  weights: all.map(({ weight }) => weight),
}));

describe("laws", () => {
  test("accuracy grows with k, up to 1 where every class is among the first", () => {
    fc.assert(
      fc.property(things, (hits) => {
        const shares = [1, 2, 3, 4].map((k) => topKAccuracy(hits, k) ?? 1);
        expect(shares).toEqual(shares.toSorted((a, b) => a - b));
        expect(shares.at(-1)).toBe(1);
        expect(topKAccuracy(hits, 1)).toBe(accuracy(hits));
      }),
    );
  });

  test("the classes' hits and totals add up to those of all", () => {
    fc.assert(
      fc.property(things, (hits) => {
        const classes = classAccuracies(hits, 4);
        const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
        const [correct, total] = [sum(classes.map((each) => each.correct)), sum(classes.map((each) => each.total))];
        expect(total).toBe(sum(hits.weights));
        expect(accuracy(hits)).toBe(total === 0 ? null : correct / total);
      }),
    );
  });

  test("what does not count changes nothing", () => {
    fc.assert(
      fc.property(things, ({ ranks, labels, weights }) => {
        const kept = <T>(all: readonly T[]): readonly T[] => all.filter((_, at) => weights[at] === 1);
        const counted = { ranks: kept(ranks), labels: kept(labels), weights: null };
        expect(topKAccuracy({ ranks, weights }, 2)).toBe(topKAccuracy(counted, 2));
        expect(classAccuracies({ ranks, labels, weights }, 4)).toEqual(classAccuracies(counted, 4));
      }),
    );
  });
});

describe("by hand", () => {
  test("three of four things count, with losses 1, 2 and 6", () => {
    const total = totalLoss([1, 2, 0, 6], [1, 1, 0, 1]);
    expect(total).toEqual({ lossSum: 9, weightSum: 3 });
    expect(meanLossOf(total)).toBe(3);
    expect(perplexity(total)).toBe(Math.exp(3));
  });

  test("without weights everything counts, also as a graph gives it", () => {
    expect(meanLossOf(totalLoss(Float32Array.of(1, 2), null))).toBe(1.5);
    const hits = { ranks: BigInt64Array.of(0n, 2n, 1n, 0n), weights: null };
    expect([1, 2, 3].map((k) => topKAccuracy(hits, k))).toEqual([0.5, 0.75, 1]);
    expect(classAccuracies({ ...hits, labels: BigInt64Array.of(1n, 1n, 0n, 1n) }, 3)).toEqual([
      { correct: 0, total: 1, accuracy: 0 },
      { correct: 2, total: 3, accuracy: 2 / 3 },
      { correct: 0, total: 0, accuracy: null },
    ]);
  });

  test("a label that does not count may be out of range", () => {
    const hits = { ranks: [0, 3], labels: [0, -100], weights: [1, 0] };
    expect(classAccuracies(hits, 1)).toEqual([{ correct: 1, total: 1, accuracy: 1 }]);
  });
});

describe("nothing and nonsense", () => {
  test.each([
    ["empty", [], []],
    ["all ignored", [0, 0], [0, 0]],
  ])("metrics of what is %s are null", (_, losses, weights) => {
    const total = totalLoss(losses, weights);
    const hits = { ranks: losses, weights };
    expect([meanLossOf(total), perplexity(total), accuracy(hits), topKAccuracy(hits, 5)]).toEqual(Array(4).fill(null));
    expect(classAccuracies({ ...hits, labels: losses }, 2).map((each) => each.accuracy)).toEqual([null, null]);
  });

  test.each([Number.NaN, Infinity])("a loss of %s is a fault that names its row", (loss) => {
    expect(() => totalLoss([1, loss], null)).toThrow(`the loss of row 1 is ${loss}`);
    expect(() => totalLoss([1, 2, 3, loss], null, 3)).toThrow(`the loss of row 1 (at its place 0) is ${loss}`);
  });

  test("arrays of different lengths are bugs", () => {
    expect(() => totalLoss([1], [1, 1])).toThrow("one weight for each loss");
    expect(() => topKAccuracy({ ranks: [1], weights: [] }, 1)).toThrow("one weight for each rank");
    expect(() => classAccuracies({ ranks: [1], weights: null, labels: [] }, 2)).toThrow("one label for each rank");
  });

  test("labels out of range, and no first classes or classes at all, are faults", () => {
    const hits = { ranks: [1, 1], weights: null, labels: [0, 2] };
    const code = (fault: string): unknown => expect.objectContaining({ code: fault });
    expect(() => topKAccuracy(hits, 0)).toThrow(code("option-invalid"));
    expect(() => classAccuracies(hits, 0)).toThrow(code("option-invalid"));
    expect(() => classAccuracies(hits, 2)).toThrow(code("data-invalid"));
    expect(() => classAccuracies(hits, 2)).toThrow("the label at place 1 is 2");
  });
});
