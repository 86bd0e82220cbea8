import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { catalogue } from "../catalogue.ts";
import type { FleetEvent } from "../plan/events.ts";
import { emptyBook, type FleetView, noteEvent, viewOf } from "../plan/fleet.ts";
import { clientId } from "../plan/identity.ts";
import { emptyLedger, noteEventInLedger } from "../scorecard/ledger.ts";

const CLIENTS = 40;
const selections = Object.values(catalogue.selection).map((entry) => [entry.definition.name, entry.parse({})] as const);

/** The fleet of clients that joined, and then left and came back in this order; `away` stay away in the end. */
function fleetAfter(order: readonly number[], away: ReadonlySet<number>): FleetView {
  const [book, ledger] = [emptyBook(), emptyLedger()];
  const note = (event: FleetEvent): void => {
    noteEvent(book, event, 0);
    noteEventInLedger(ledger, event, 0);
  };
  const join = (id: number): void => {
    note({ kind: "joined", client: clientId(id), profile: { examples: 1 + (id % 7), tier: "x" } });
  };
  for (let id = 0; id < CLIENTS; id++) join(id);
  for (const id of order) note({ kind: "left", client: clientId(id) });
  for (const id of order) if (!away.has(id)) join(id);
  return viewOf(book, ledger);
}

describe.each(selections)("selection %s", (_, selection) => {
  test("looks at who is there, not at how they came and went", () => {
    const ids = Array.from({ length: CLIENTS }, (__, id) => id);
    const order = fc.shuffledSubarray(ids, { minLength: CLIENTS });
    const away = fc.subarray(ids, { maxLength: 20 }).map((gone) => new Set(gone));
    fc.assert(
      fc.property(order, order, away, fc.integer({ min: 1, max: 9 }), (one, other, gone, count) => {
        const choose = (fleet: FleetView): readonly number[] => selection.choose(count, rootKey(5), fleet);
        expect(choose(fleetAfter(one, gone))).toEqual(choose(fleetAfter(other, gone)));
      }),
    );
  });
});
