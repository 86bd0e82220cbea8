import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LinkUse, type SharedLink, sharedLink } from "./shared-link.ts";

interface Sent {
  readonly starts: number;
  readonly bytes: number;
  readonly limit: number;
}

/** When each transfer is through on `link`, which begins each at its time. */
function ends(link: SharedLink, transfers: readonly Sent[]): readonly number[] {
  const through = transfers.map(() => Number.NaN);
  const waiting = transfers.map((transfer, id) => ({ ...transfer, id })).toSorted((a, b) => a.starts - b.starts);
  for (;;) {
    const [first] = waiting;
    const next = link.next();
    if (first !== undefined && (next === undefined || first.starts <= next.at)) {
      link.begin(first.starts, first);
      waiting.shift();
    } else if (next !== undefined) {
      through[next.id] = next.at;
      link.end(next.at, next.id);
    } else return through;
  }
}

/** The max-min fair rates by their definition: raise all rates together, and stop each at its limit. */
function fairRates(limits: readonly number[], capacity: number): readonly number[] {
  const rates = limits.map(() => 0);
  const rising = new Set(limits.keys());
  let left = capacity;
  while (rising.size > 0 && left > 1e-12 * capacity) {
    const room = Math.min(left / rising.size, ...[...rising].map((k) => (limits[k] ?? 0) - (rates[k] ?? 0)));
    for (const k of rising) rates[k] = (rates[k] ?? 0) + room;
    left -= room * rising.size;
    for (const k of rising) if ((rates[k] ?? 0) >= (limits[k] ?? 0) * (1 - 1e-12)) rising.delete(k);
  }
  return rates;
}

/** The same by brute force: all rates anew whenever anything begins or ends. */
function endsByDefinition(transfers: readonly Sent[], capacity: number): readonly number[] {
  const left = transfers.map(({ bytes }) => bytes);
  const through = transfers.map(() => Number.NaN);
  let now = 0;
  for (;;) {
    const active = transfers.flatMap(({ starts }, k) => (starts <= now && Number.isNaN(through[k]) ? [k] : []));
    const rates = fairRates(
      active.map((k) => transfers[k]?.limit ?? 0),
      capacity,
    );
    const endings = active.map((k, at) => now + (left[k] ?? 0) / (rates[at] ?? 0));
    const beginnings = transfers.filter(({ starts }) => starts > now).map(({ starts }) => starts);
    const next = Math.min(...endings, ...beginnings);
    if (next === Number.POSITIVE_INFINITY) return through;
    active.forEach((k, at) => {
      left[k] = (left[k] ?? 0) - (next - now) * (rates[at] ?? 0);
      if ((endings[at] ?? 0) <= next * (1 + 1e-12)) through[k] = next;
    });
    now = next;
  }
}

describe("by hand:", () => {
  test("a transfer alone goes as fast as its client's link, and as the server's where that is slower", () => {
    expect(ends(sharedLink(100), [{ starts: 1, bytes: 50, limit: 10 }])).toEqual([6]);
    expect(ends(sharedLink(5), [{ starts: 1, bytes: 50, limit: 10 }])).toEqual([11]);
  });

  test("two alike share; who is alone again goes at full speed", () => {
    // Both go at 5: the first is through at 4 with 20 bytes; the other then has 20 left, at 10.
    const link = sharedLink(10);
    const through = ends(link, [
      { starts: 0, bytes: 20, limit: 100 },
      { starts: 0, bytes: 40, limit: 100 },
    ]);
    expect(through).toEqual([4, 6]);
    expect(link.use(10)).toEqual<LinkUse>({ saturatedSeconds: 6, peakBytesPerSecond: 10 });
  });

  test("a slow client keeps its speed, and the others share what it leaves", () => {
    // 2 + 4 + 4 of 10.
    const link = sharedLink(10);
    for (const [id, limit] of [2, 100, 100].entries()) link.begin(0, { id, bytes: 40, limit });
    expect([0, 1, 2].map((id) => link.end(5, id))).toEqual([10, 20, 20]);
  });

  test("a link that carries all is never saturated, and says what it carried at most", () => {
    const link = sharedLink(Number.POSITIVE_INFINITY);
    ends(link, [
      { starts: 0, bytes: 10, limit: 5 },
      { starts: 1, bytes: 10, limit: 7 },
    ]);
    expect(link.use(9)).toEqual<LinkUse>({ saturatedSeconds: 0, peakBytesPerSecond: 12 });
  });

  test("what is cut off has sent what was over by then, and what never began nothing", () => {
    const link = sharedLink(10);
    link.begin(0, { id: 1, bytes: 100, limit: 4 });
    expect(link.end(3, 1)).toBe(12);
    expect(link.end(3, 1)).toBe(0);
    expect(link.next()).toBeUndefined();
  });
});

const sent = fc.record({
  starts: fc.integer({ min: 0, max: 20 }),
  bytes: fc.integer({ min: 1, max: 200 }),
  limit: fc.constantFrom(1, 2, 3, 5, 8, 20),
});
const scene = fc.record({
  transfers: fc.array(sent, { minLength: 1, maxLength: 25 }),
  capacity: fc.constantFrom(1, 3, 10, 40, 1000),
});

test("transfers are through when max-min fair rates by their definition say so", () => {
  fc.assert(
    fc.property(scene, ({ transfers, capacity }) => {
      const found = ends(sharedLink(capacity), transfers);
      endsByDefinition(transfers, capacity).forEach((at, k) => {
        expect(Math.abs((found[k] ?? 0) - at)).toBeLessThan(1e-9 * (1 + at));
      });
    }),
    { numRuns: 300 },
  );
});

test("no transfer could go faster: the link is full or each goes at its own limit", () => {
  fc.assert(
    fc.property(scene, ({ transfers, capacity }) => {
      const link = sharedLink(capacity);
      transfers.forEach(({ limit }, id) => {
        link.begin(0, { id, bytes: 1e9, limit });
      });
      const rates = transfers.map((_, id) => sharedLink(capacity, link.state()).end(1, id));
      const all = rates.reduce((sum, rate) => sum + rate, 0);
      const limits = transfers.reduce((sum, { limit }) => sum + limit, 0);
      expect(all).toBeCloseTo(Math.min(capacity, limits), 6);
    }),
  );
});

test("a link as wide as its clients' links together is not saturated, however their sum is rounded", () => {
  const limit = fc.oneof(fc.constantFrom(0.1, 1 / 3, 1.1, 1e6 / 7), fc.double({ min: 0.01, max: 1e4, noNaN: true }));
  fc.assert(
    fc.property(
      fc.array(limit, { minLength: 1, maxLength: 40 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      (limits, off) => {
        const link = sharedLink(limits.reduceRight((sum, one) => sum + one, 0));
        const begin = (now: number, id: number): void => {
          link.begin(now, { id, bytes: 1e9, limit: limits[id] ?? 1 });
        };
        for (const id of limits.keys()) begin(0, id);
        let now = 1;
        for (const id of off.map((number) => number % limits.length)) {
          link.end(now, id);
          begin(now++, id);
        }
        expect(link.use(now).saturatedSeconds).toBe(0);
        // One more holds the others back for as long as it is there.
        begin(now, limits.length);
        link.end(now + 5, limits.length);
        expect(link.use(now + 100).saturatedSeconds).toBe(5);
      },
    ),
  );
});

test("what a very fast client's link could carry leaves no trace in what the others share", () => {
  // 0.3 of 1 goes at its limit, and the other has 0.7.
  const link = sharedLink(1);
  for (const [id, limit] of [0.3, 1e15].entries()) link.begin(0, { id, bytes: 100, limit });
  expect([0, 1].map((id) => link.end(10, id))).toEqual([3, 7]);
});

test("a link goes on from its state as if nothing had happened, to the last bit", () => {
  fc.assert(
    fc.property(scene, fc.integer({ min: 0, max: 30 }), ({ transfers, capacity }, pause) => {
      const run = (restoring: boolean): readonly unknown[] => {
        let link = sharedLink(capacity);
        const log: unknown[] = [];
        transfers.forEach(({ bytes, limit }, id) => {
          link.begin(id, { id, bytes, limit });
          for (let next = link.next(); next !== undefined && next.at <= id + 1; next = link.next()) {
            log.push([next, link.end(next.at, next.id)]);
          }
          if (restoring && id === pause % transfers.length) link = sharedLink(capacity, link.state());
        });
        for (let next = link.next(); next !== undefined; next = link.next()) {
          log.push(next);
          link.end(next.at, next.id);
        }
        return [...log, link.use(1e6)];
      };
      expect(run(true)).toEqual(run(false));
    }),
  );
});
