import { clientId, compareEvents, type FleetEvent, taskId } from "@potluck/core";
import { expect, test } from "vitest";
import { compareHappenings, type Happening } from "./simulation.ts";

const [client, task] = [clientId(1), taskId(2)];
const profile = { examples: 1, tier: "a" };
const events: readonly FleetEvent[] = [
  { kind: "timer", name: "b" },
  { kind: "timer", name: "a" },
  { kind: "left", client },
  { kind: "failed", client, task, reason: "x" },
  { kind: "converted", client, task, params: null },
  { kind: "transferred", client, task, direction: "up", bytes: 1, complete: true },
  { kind: "transferred", client, task, direction: "down", bytes: 1, complete: true },
  { kind: "started" },
  { kind: "joined", client: clientId(3), profile },
  { kind: "joined", client, profile },
  { kind: "enrolled", client: clientId(4), profile },
];

test("events at one instant have the same order among happenings as among events", () => {
  const happenings = events.map((event): Happening => ({ kind: "event", event }));
  const sorted = happenings.toSorted(compareHappenings).map((one) => (one.kind === "event" ? one.event : null));
  expect(sorted).toEqual(events.toSorted(compareEvents));
});

test("what goes on at devices and on links comes before what the plan hears of, and updates arrive in their place", () => {
  const event = (of: FleetEvent): Happening => ({ kind: "event", event: of });
  const inOrder: readonly Happening[] = [
    { kind: "flowing", client, task, direction: "down" },
    { kind: "flowing", client, task, direction: "up" },
    { kind: "computed", client, task },
    { kind: "through", client, task, direction: "down" },
    { kind: "turn", client, online: true },
    event({ kind: "started" }),
    { kind: "through", client, task, direction: "up" },
    { kind: "converted", client, task },
    event({ kind: "failed", client, task, reason: "x" }),
    { kind: "turn", client, online: false },
    event({ kind: "timer", name: "a" }),
  ];
  expect(inOrder.toReversed().toSorted(compareHappenings)).toEqual(inOrder);
});
