import { fleetOf } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { availableClients } from "./available.ts";

const sketches = fc.array(fc.record({ online: fc.boolean(), busy: fc.boolean() }), { maxLength: 30 });

test("the available clients are those that are online and idle, in the order of their numbers", () => {
  fc.assert(
    fc.property(sketches, (clients) => {
      const expected = clients.flatMap(({ online, busy }, id) => (online && !busy ? [id] : []));
      expect(availableClients(fleetOf(clients))).toEqual(expected);
    }),
  );
});
