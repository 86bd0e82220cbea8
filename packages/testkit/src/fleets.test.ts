import { clientId } from "@potluck/core";
import { expect, test } from "vitest";
import { fleetOf } from "./fleets.ts";

test("clients are online, idle and hold one example unless they say otherwise", () => {
  const fleet = fleetOf([{}, { busy: true }, { online: false }, { examples: 7 }]);
  expect([fleet.population, fleet.available]).toEqual([4, 2]);
  expect([0, 1, 2, 3].map((id) => fleet.isAvailable(clientId(id)))).toEqual([true, false, false, true]);
  expect([0, 3].map((id) => fleet.client(clientId(id)).profile.examples)).toEqual([1, 7]);
});

test("a client that was not sketched is not there", () => {
  expect(() => fleetOf([{}]).client(clientId(1))).toThrow("client 1 is missing");
});
