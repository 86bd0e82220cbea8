import { expect, test } from "vitest";
import type { Clock } from "./clock.ts";
import { accountOf, SpentError } from "./contribution.ts";

const UNKNOWN = { flopsPerSecond: null, uploadBytesPerSecond: null, downloadBytesPerSecond: null };

function clockAt(time: { now: number }): Clock {
  return { now: () => time.now, after: () => () => {} };
}

test("counts what is moved, trained and taken, also while it is at it", () => {
  const time = { now: 10 };
  const { meter, trained, accepted, contribution, speed } = accountOf(clockAt(time), UNKNOWN, {});
  meter.passing(50, 100_000);
  expect(contribution().download).toEqual({ bytes: 50, of: 100_000 });
  meter.moved("down", 100_000, 2);
  meter.moved("up", 7, 1);
  trained(null, 0);
  time.now = 13;
  expect(contribution()).toMatchObject({ trainingSeconds: 3, examples: 0, download: null });
  trained(4, 320);
  accepted();
  time.now = 99;
  expect(contribution()).toEqual({
    answers: 1,
    examples: 320,
    trainingSeconds: 4,
    bytesUp: 7,
    bytesDown: 100_000,
    download: null,
  });
  expect(speed()).toMatchObject({ downloadBytesPerSecond: 50_000, uploadBytesPerSecond: null });
});

test("what may not be moved any more is refused, and it is known how much was left for it", () => {
  const { meter, spent, contribution } = accountOf(clockAt({ now: 0 }), UNKNOWN, { bytes: 100 });
  meter.moved("down", 60, 1);
  expect(() => meter.ask(40)).not.toThrow();
  expect(() => meter.ask(41)).toThrow(SpentError);
  expect(() => meter.ask(90)).toThrow(SpentError);
  expect(spent()).toMatchObject({ bytes: 60, shortage: { bytes: 41, left: 40 } });
  expect(contribution().bytesDown).toBe(60);
});
