import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networkOf } from "./address.ts";
import { rateLimit } from "./rate-limit.ts";
import { sharesWithin } from "./shares.ts";

describe("a rate limit", () => {
  test("gives as many as its burst at once, then one by one as its bucket fills", () => {
    let now = 100;
    const limit = rateLimit({ perSecond: 2, burst: 3 }, () => now);
    expect([1, 2, 3].map(() => limit.take("a"))).toEqual([null, null, null]);
    expect(limit.take("a")).toBeCloseTo(0.5, 9);
    expect(limit.take("b")).toBeNull();
    now += 0.5;
    expect(limit.wait("a")).toBeNull();
    expect(limit.take("a")).toBeNull();
    expect(limit.wait("a")).toBeCloseTo(0.5, 9);
    expect(limit.take("a")).toBeCloseTo(0.5, 9);
    now += 60;
    expect([1, 2, 3].map(() => limit.take("a"))).toEqual([null, null, null]);
    expect(limit.take("a")).not.toBeNull();
  });

  test("never gives more than the burst and what has filled since, whenever it is asked", () => {
    const gaps = fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { maxLength: 200 });
    const rates = fc.record({ perSecond: fc.double({ min: 0.1, max: 50, noNaN: true }), burst: fc.nat(20) });
    fc.assert(
      fc.property(gaps, rates, (pauses, { perSecond, burst }) => {
        let now = 0;
        let given = 0;
        const limit = rateLimit({ perSecond, burst: burst + 1 }, () => now);
        for (const pause of pauses) {
          now += pause;
          if (limit.take("a") === null) given += 1;
          expect(given).toBeLessThanOrEqual(burst + 1 + perSecond * now + 1e-6);
        }
      }),
    );
  });

  test("remembers a bounded number, and nobody whose bucket is full", () => {
    let now = 0;
    const limit = rateLimit({ perSecond: 1, burst: 2 }, () => now, 50);
    for (let who = 0; who < 10_000; who++) limit.take(String(who));
    expect(limit.size()).toBe(50);
    now += 10;
    limit.take("last");
    expect(limit.size()).toBe(1);
  });
});

describe("shares", () => {
  test("end where all together, or somebody, has as much as there may be", () => {
    const shares = sharesWithin({ total: 5, each: 3 });
    const first = shares.take("a", 2);
    expect(shares.take("a", 2)).toBeNull();
    expect(shares.take("a", 1)).not.toBeNull();
    expect(shares.take("b", 2)).not.toBeNull();
    expect(shares.take("c", 1)).toBeNull();
    first?.();
    first?.();
    expect(shares.taken()).toBe(3);
    expect(shares.take("c", 2)).not.toBeNull();
  });

  test("that are given back are nobody's", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.nat(9))), (wishes) => {
        const shares = sharesWithin({ total: 30, each: 20 });
        const held = wishes.map(([who, amount]) => shares.take(who, amount));
        expect(shares.taken()).toBeLessThanOrEqual(30);
        expect(shares.of("a")).toBeLessThanOrEqual(20);
        for (const giveBack of held) giveBack?.();
        expect(shares.taken()).toBe(0);
      }),
    );
  });
});

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::1.2.3.4", "2001:db8:1:2::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["", ""],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
