import { expect, test } from "vitest";
import type { Clock } from "./clock.ts";
import { gateFor } from "./gate.ts";
import { isForGood, noSignals, type Obstacle, obstacleTo, type OwnerLimits, type Signals } from "./limits.ts";
import { obstacleWords } from "./state.ts";

const NOTHING = { trainingSeconds: 0, bytes: 0, shortage: null };

test.each<readonly [OwnerLimits, Partial<Signals>, Obstacle]>([
  [{ onlyWhenIdle: true }, { isIdle: false }, "in-use"],
  [{ onlyWhenVisible: true }, { isVisible: false }, "hidden"],
  [{ onlyOnPower: true }, { isOnPower: false }, "on-battery"],
  [{ onlyUnmetered: true }, { isUnmetered: false }, "metered"],
])("under %j a device that says %j may not train: %s", (limits, said, obstacle) => {
  const signals = { ...noSignals(), ...said };
  expect(obstacleTo(limits, signals, NOTHING)).toBe(obstacle);
  expect(isForGood(obstacle)).toBe(false);
  // Nobody set that limit; or the platform does not tell.
  expect(obstacleTo({}, signals, NOTHING)).toBeNull();
  expect(obstacleTo(limits, noSignals(), NOTHING)).toBeNull();
});

test.each<readonly [OwnerLimits, Obstacle]>([
  [{ secondsOfTraining: 10 }, "time-spent"],
  [{ bytes: 10 }, "bytes-spent"],
])("under %j what is used up ends it: %s", (limits, obstacle) => {
  expect(obstacleTo(limits, noSignals(), { ...NOTHING, trainingSeconds: 10, bytes: 10 })).toBe(obstacle);
  expect(obstacleTo(limits, noSignals(), { ...NOTHING, trainingSeconds: 9.9, bytes: 9 })).toBeNull();
  expect(isForGood(obstacle)).toBe(true);
});

test("what is left and not enough for what comes next ends it, and is told from what is used up", () => {
  const shortage = { bytes: 204_000, left: 100_000 };
  const spent = { ...NOTHING, bytes: 400_000, shortage };
  expect(obstacleTo({ bytes: 500_000 }, noSignals(), spent)).toBe("bytes-short");
  expect(obstacleTo({ bytes: 400_000 }, noSignals(), spent)).toBe("bytes-spent");
  expect(isForGood("bytes-short")).toBe(true);
  const said = "what comes next takes 204 kB, and 100 kB are left of what you allowed";
  expect(obstacleWords("bytes-short", shortage)).toBe(said);
  expect(obstacleWords("bytes-spent")).toBe("it has moved as many bytes as its owner allows");
});

/** A clock that passes as soon as somebody waits, and does something before every second. */
function scripted(before: (second: number) => void): Clock {
  let seconds = 0;
  return {
    now: () => seconds,
    after: (wait, act) => {
      seconds += wait;
      before(seconds);
      queueMicrotask(act);
      return () => {};
    },
  };
}

test("a page that is hidden for a moment goes on; one that stays hidden does not", async () => {
  const hidden = new Set([2, 3, 4, 5, 8, 9, 10, 11, 12, 13]);
  let now = 0;
  const gate = gateFor({
    limits: { onlyWhenVisible: true },
    signals: () => ({ ...noSignals(), isVisible: !hidden.has(now) }),
    spent: () => NOTHING,
    clock: scripted((second) => (now = second)),
  });
  expect(await gate.closed(new AbortController().signal)).toBe("hidden");
  expect(now).toBe(12);
  const waited: Obstacle[] = [];
  expect(await gate.opened(new AbortController().signal, (obstacle) => waited.push(obstacle))).toBeNull();
  expect([now, waited]).toEqual([14, ["hidden"]]);
});

test("what is used up closes the gate at once, and it does not open again", async () => {
  let now = 0;
  const gate = gateFor({
    limits: { secondsOfTraining: 3 },
    signals: noSignals,
    spent: () => ({ ...NOTHING, trainingSeconds: now }),
    clock: scripted((second) => (now = second)),
  });
  expect(await gate.closed(new AbortController().signal)).toBe("time-spent");
  expect(now).toBe(3);
  expect(await gate.opened(new AbortController().signal, () => {})).toBe("time-spent");
});

test("a gate that nobody waits at any more lets go", async () => {
  const gate = gateFor({ limits: {}, signals: noSignals, spent: () => NOTHING, clock: scripted(() => {}) });
  const over = new AbortController();
  over.abort();
  expect(await gate.closed(over.signal)).toBeNull();
  expect(await gate.opened(over.signal, () => {})).toBeNull();
});
