import fc from "fast-check";
import { expect, test } from "vitest";
import { compareEvents, type FleetEvent } from "./events.ts";
import { clientId, taskId } from "./identity.ts";
import type { Update } from "./task.ts";

const update: Update = {
  payload: new Uint8Array(0),
  examples: 1,
  steps: 1,
  trainLoss: 0,
  spent: { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 },
};
const client = fc.nat({ max: 3 }).map(clientId);
const task = fc.nat({ max: 3 }).map(taskId);
const profile = fc.record({ examples: fc.nat({ max: 2 }), tier: fc.constantFrom("a", "b") });
const event: fc.Arbitrary<FleetEvent> = fc.oneof(
  fc.record({ kind: fc.constantFrom("enrolled" as const, "joined" as const), client, profile }),
  fc.record({
    kind: fc.constant("transferred" as const),
    client,
    task,
    direction: fc.constantFrom("down" as const, "up" as const),
    bytes: fc.nat({ max: 2 }),
    complete: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("left" as const), client }),
  fc.constant({ kind: "started" } as const),
  fc.record({ kind: fc.constant("update" as const), client, task, update: fc.constant(update) }),
  fc.record({ kind: fc.constant("converted" as const), client, task, params: fc.constant(null) }),
  fc.record({ kind: fc.constant("failed" as const), client, task, reason: fc.constantFrom("x", "y") }),
  fc.record({ kind: fc.constant("timer" as const), name: fc.constantFrom("a", "b", "B", "é", "") }),
);

/** What the order looks at. */
function identityOf(given: FleetEvent): string {
  const { kind } = given;
  return JSON.stringify([
    kind,
    "client" in given ? given.client : null,
    "task" in given ? given.task : null,
    kind === "timer" ? given.name : null,
    kind === "transferred" ? given.direction : null,
  ]);
}

test("events of the same kind, client, task and timer are equal in order, and no others", () => {
  fc.assert(
    fc.property(event, event, (a, b) => {
      expect(compareEvents(a, b) === 0).toBe(identityOf(a) === identityOf(b));
    }),
    { numRuns: 1000 },
  );
});

test("the order is the same from both sides, and transitive", () => {
  fc.assert(
    fc.property(event, event, event, (a, b, c) => {
      expect(Math.sign(compareEvents(a, b)) + Math.sign(compareEvents(b, a))).toBe(0);
      if (compareEvents(a, b) <= 0 && compareEvents(b, c) <= 0) expect(compareEvents(a, c)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 1000 },
  );
});

test("sorting forgets in which order events came", () => {
  const shuffles = fc.array(event, { maxLength: 12 }).chain((events) => {
    const shuffled = fc.shuffledSubarray(events, { minLength: events.length });
    return fc.tuple(fc.constant(events), shuffled);
  });
  fc.assert(
    fc.property(shuffles, ([events, shuffled]) => {
      const sorted = (given: readonly FleetEvent[]): readonly string[] => given.toSorted(compareEvents).map(identityOf);
      expect(sorted(shuffled)).toEqual(sorted(events));
    }),
  );
});

test("at one instant clients are known and join, the run starts, bytes and work arrive, conversions are done, work fails, clients leave, and time is up last", () => {
  const events: readonly FleetEvent[] = [
    { kind: "timer", name: "deadline of round 1" },
    { kind: "left", client: clientId(0) },
    { kind: "failed", client: clientId(0), task: taskId(0), reason: "x" },
    { kind: "converted", client: clientId(0), task: taskId(4), params: null },
    { kind: "update", client: clientId(2), task: taskId(1), update },
    { kind: "update", client: clientId(1), task: taskId(9), update },
    { kind: "update", client: clientId(1), task: taskId(3), update },
    { kind: "transferred", client: clientId(2), task: taskId(1), direction: "up", bytes: 1, complete: true },
    { kind: "started" },
    { kind: "enrolled", client: clientId(6), profile: { examples: 1, tier: "a" } },
    { kind: "joined", client: clientId(5), profile: { examples: 1, tier: "a" } },
  ];
  expect(events.toSorted(compareEvents).map(identityOf)).toEqual(
    [
      ["enrolled", 6, null, null, null],
      ["joined", 5, null, null, null],
      ["started", null, null, null, null],
      ["transferred", 2, 1, null, "up"],
      ["update", 1, 3, null, null],
      ["update", 1, 9, null, null],
      ["update", 2, 1, null, null],
      ["converted", 0, 4, null, null],
      ["failed", 0, 0, null, null],
      ["left", 0, null, null, null],
      ["timer", null, null, "deadline of round 1", null],
    ].map((identity) => JSON.stringify(identity)),
  );
});
