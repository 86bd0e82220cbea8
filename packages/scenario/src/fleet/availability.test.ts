import { fold, rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Availability, type Diurnal, nextChange, startsOnline } from "./availability.ts";
import { dailyShares, shareOfDay } from "./day.ts";
import { onlineAt, presenceUntil } from "./sample-presence.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const onOff: Availability = { kind: "on-off", meanOnlineSeconds: 300, meanOfflineSeconds: 900 };
const night: Diurnal = {
  kind: "diurnal",
  hourlyShares: dailyShares([{ peakHour: 3, peak: 0.8, trough: 0.1 }]),
  utcOffsetSeconds: 0,
  mixingSeconds: 2 * HOUR,
};

/** The share of `count` devices that are online at each of `instants`. */
function onlineShares(availability: Availability, count: number, instants: readonly number[]): readonly number[] {
  const devices = Array.from({ length: count }, (_, k) => onlineAt(availability, fold(rootKey(11), k), instants));
  return instants.map((_, i) => devices.filter((online) => online[i]).length / count);
}

const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const anyAvailability: fc.Arbitrary<Availability> = fc.oneof(
  fc.record({
    kind: fc.constant("on-off" as const),
    meanOnlineSeconds: fc.double({ min: 60, max: DAY, noNaN: true }),
    meanOfflineSeconds: fc.double({ min: 60, max: DAY, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant("diurnal" as const),
    hourlyShares: fc.array(share, { minLength: 24, maxLength: 24 }).map((shares) => Float64Array.from(shares)),
    utcOffsetSeconds: fc.integer({ min: -12, max: 14 }).map((hours) => hours * HOUR),
    mixingSeconds: fc.double({ min: 60, max: 10 * DAY, noNaN: true }),
  }),
);

describe("every process", () => {
  test("goes forward in time, and is a function of the key and what the device does now alone", () => {
    fc.assert(
      fc.property(anyAvailability, fc.nat(), (availability, seed) => {
        const key = rootKey(seed);
        const course = presenceUntil(availability, key, 2 * DAY);
        expect(startsOnline(availability, key)).toBe(course[0]?.online);
        for (const [i, now] of course.slice(0, -1).slice(0, 20).entries()) {
          const next = nextChange(availability, key, now);
          expect(next).toBeGreaterThan(now.since);
          expect(next).toBe(course[i + 1]?.since);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("differs from key to key", () => {
    for (const availability of [onOff, night]) {
      const of = (seed: number): unknown => presenceUntil(availability, rootKey(seed), 10 * DAY);
      expect(of(1)).toEqual(of(1));
      expect(of(1)).not.toEqual(of(2));
    }
  });
});

test("a device that is always online never changes", () => {
  expect(presenceUntil({ kind: "always" }, rootKey(1), DAY)).toEqual([{ online: true, since: 0, changes: 0 }]);
});

describe("the on-off process", () => {
  test("is online at all times with the share that its means give", () => {
    // 300 / (300 + 900) of 4000 devices, with a standard error of √(0.25 · 0.75 / 4000) = 0.007
    for (const shareOnline of onlineShares(onOff, 4000, [0, 100, 1000, 10_000])) {
      expect(Math.abs(shareOnline - 0.25)).toBeLessThan(0.03);
    }
  });

  test("has sojourns with the given means, and as spread as exponential ones", () => {
    const course = presenceUntil(onOff, rootKey(3), 5e6).slice(0, -1);
    const ends = course.slice(1).map(({ since }) => since);
    for (const [online, mean] of [[true, 300] as const, [false, 900] as const]) {
      const stays = ends.flatMap((end, i) => (course[i]?.online === online ? [end - (course[i]?.since ?? 0)] : []));
      // about 4100 stays: a standard error of 1.6% of the mean, and about as much of the deviation
      const average = stays.reduce((sum, x) => sum + x, 0) / stays.length;
      const deviation = Math.sqrt(stays.reduce((sum, x) => sum + (x - average) ** 2, 0) / stays.length);
      expect(stays.length).toBeGreaterThan(3500);
      expect(Math.abs(average / mean - 1)).toBeLessThan(0.08);
      expect(Math.abs(deviation / mean - 1)).toBeLessThan(0.12);
    }
  });
});

describe("the diurnal process", () => {
  test("is online at every full hour with that hour's share, from the first day to the third", () => {
    const hours = [0, 1, 3, 7, 12, 15, 20, 24, 39, 51, 63, 71];
    const shares = onlineShares(
      night,
      3000,
      hours.map((hour) => hour * HOUR),
    );
    for (const [i, hour] of hours.entries()) {
      // a standard error of at most √(0.25 / 3000) = 0.009
      expect(Math.abs((shares[i] ?? 0) - (night.hourlyShares[hour % 24] ?? 0))).toBeLessThan(0.04);
    }
  });

  test("has its peak at the peak hour and its trough twelve hours later, in local time", () => {
    const instants = Array.from({ length: 24 }, (_, hour) => hour * HOUR);
    const shares = onlineShares({ ...night, utcOffsetSeconds: 9 * HOUR }, 3000, instants);
    // three o'clock in the morning, nine hours ahead of the clock, is 18 o'clock on it
    const peak = shares.indexOf(Math.max(...shares));
    const trough = shares.indexOf(Math.min(...shares));
    expect([17, 18, 19]).toContain(peak);
    expect([4, 5, 6, 7, 8]).toContain(trough);
  });

  test("follows any day: the share after each hour is the next hour's", () => {
    fc.assert(
      fc.property(
        fc.array(share, { minLength: 24, maxLength: 24 }),
        fc.double({ min: 60, max: 1e7, noNaN: true }),
        (shares, mixingSeconds) => {
          const day = { hourlyShares: Float64Array.from(shares), mixingSeconds };
          for (let hour = -24; hour < 48; hour++) {
            expect(shareOfDay(day, hour)).toBeCloseTo(shares[(hour + 24) % 24] ?? 0, 12);
            expect(shareOfDay(day, hour + 1 - 1e-9)).toBeCloseTo(shares[(hour + 25) % 24] ?? 0, 5);
            const [low = 0, high = 0] = [shareOfDay(day, hour), shareOfDay(day, hour + 1)].toSorted((a, b) => a - b);
            const middle = shareOfDay(day, hour + 0.5);
            expect(middle).toBeGreaterThanOrEqual(low - 1e-12);
            expect(middle).toBeLessThanOrEqual(high + 1e-12);
          }
        },
      ),
    );
  });

  test("changes seldom when it forgets slowly, and often when it forgets fast", () => {
    const changes = (mixingSeconds: number): number =>
      presenceUntil({ ...night, mixingSeconds }, rootKey(5), 30 * DAY).length;
    expect(changes(60)).toBeGreaterThan(20 * changes(6 * HOUR));
  });

  test("moves between peak and trough along a curve whose product with another is that of both", () => {
    const charging = { peakHour: 3, peak: 0.7, trough: 0.3 };
    const idle = { peakHour: 15, peak: 0.9, trough: 0.5 };
    const [both, one, other] = [dailyShares([charging, idle]), dailyShares([charging]), dailyShares([idle])];
    expect([one[3], one[15], one[9]]).toEqual([0.7, 0.3, 0.5]);
    for (const [hour, value] of both.entries()) expect(value).toBeCloseTo((one[hour] ?? 0) * (other[hour] ?? 0), 14);
  });
});

describe("a recorded availability", () => {
  const changesOf = (toggles: readonly number[], periodSeconds: number | null, until: number): readonly number[] =>
    presenceUntil({ kind: "trace", toggles: Float64Array.from(toggles), periodSeconds }, rootKey(1), until).map(
      ({ since }) => since,
    );

  test("changes when it was recorded to, and then no more", () => {
    const recorded: Availability = { kind: "trace", toggles: Float64Array.of(10, 20, 50), periodSeconds: null };
    expect(presenceUntil(recorded, rootKey(1), 1e9)).toEqual([
      { online: false, since: 0, changes: 0 },
      { online: true, since: 10, changes: 1 },
      { online: false, since: 20, changes: 2 },
      { online: true, since: 50, changes: 3 },
    ]);
  });

  test("is online at 0 if that is its first instant", () => {
    expect(startsOnline({ kind: "trace", toggles: Float64Array.of(0, 20), periodSeconds: null }, rootKey(1))).toBe(
      true,
    );
    expect(changesOf([0, 20], null, 1e9)).toEqual([0, 20]);
  });

  test("repeats with its period", () => {
    expect(changesOf([10, 20], 100, 230)).toEqual([0, 10, 20, 110, 120, 210, 220]);
    expect(changesOf([0, 20], 100, 230)).toEqual([0, 20, 100, 120, 200, 220]);
  });

  test("does not change where a stay ends with the period and goes on with the next", () => {
    expect(changesOf([0, 20, 60, 100], 100, 230)).toEqual([0, 20, 60, 120, 160, 220]);
    expect(changesOf([0, 100], 100, 1e6)).toEqual([0]);
  });

  test("that repeats is online for the same share of every period", () => {
    const instants = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(instants, (given) => {
        const toggles = given.toSorted((a, b) => a - b).slice(0, 2 * Math.floor(given.length / 2));
        const course = { kind: "trace", toggles: Float64Array.from(toggles), periodSeconds: 100 } as const;
        const seconds = Array.from({ length: 300 }, (_, second) => second + 0.5);
        const online = onlineAt(course, rootKey(1), seconds);
        const stays = (second: number): boolean => toggles.filter((toggle) => toggle <= second).length % 2 === 1;
        expect(online).toEqual(seconds.map((second) => stays(second % 100)));
      }),
    );
  });
});
