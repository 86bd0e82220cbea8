import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { catalogue } from "../catalogue.ts";
import { emptyBook, type FleetBook, noteEvent, viewOf } from "../plan/fleet.ts";
import { clientId } from "../plan/identity.ts";

const CLIENTS = 40;
const selections = Object.values(catalogue.selection).map((entry) => [entry.definition.name, entry.parse({})] as const);

/** The book of clients that joined, and then left and came back in this order; `away` stay away in the end. */
function bookAfter(order: readonly number[], away: ReadonlySet<number>): FleetBook {
  const book = emptyBook();
  const join = (id: number): void => {
    noteEvent(book, { kind: "joined", client: clientId(id), profile: { examples: 1 + (id % 7), tier: "x" } }, 0);
  };
  for (let id = 0; id < CLIENTS; id++) join(id);
  for (const id of order) noteEvent(book, { kind: "left", client: clientId(id) }, 0);
  for (const id of order) if (!away.has(id)) join(id);
  return book;
}

describe.each(selections)("selection %s", (_, selection) => {
  test("looks at who is there, not at how they came and went", () => {
    const ids = Array.from({ length: CLIENTS }, (__, id) => id);
    const order = fc.shuffledSubarray(ids, { minLength: CLIENTS });
    const away = fc.subarray(ids, { maxLength: 20 }).map((gone) => new Set(gone));
    fc.assert(
      fc.property(order, order, away, fc.integer({ min: 1, max: 9 }), (one, other, gone, count) => {
        const choose = (book: FleetBook): readonly number[] => selection.choose(count, rootKey(5), viewOf(book));
        expect(choose(bookAfter(one, gone))).toEqual(choose(bookAfter(other, gone)));
      }),
    );
  });
});
