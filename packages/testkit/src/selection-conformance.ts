/**
 * What every selection is held to.
 *
 * @module
 */
import { type ClientId, clientId, type FleetView, fold, rootKey, type Selection } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fleetOf } from "./fleets.ts";

/** A selection that is put to the test, and which of the available clients it may choose at all. */
export interface SelectionSubject {
  readonly name: string;
  readonly selection: Selection;
  readonly eligible?: (examples: number) => boolean;
}

const sketch = fc.record({
  examples: fc.nat({ max: 50 }),
  online: fc.boolean(),
  // Some fleets are nearly all idle and large beside the count, others are not: both ways of drawing are taken.
  busy: fc.boolean(),
});
const idle = fc.record({ examples: fc.nat({ max: 50 }) });
const fleet = fc
  .oneof(fc.array(sketch, { maxLength: 40 }), fc.array(idle, { maxLength: 200, size: "max" }))
  .map((sketches) => fleetOf(sketches));
const key = fc.maxSafeNat().map(rootKey);
const count = fc.integer({ min: 1, max: 12 });

/** Registers the laws of selections as tests. */
export function selectionConformance({ name, selection, eligible = () => true }: SelectionSubject): void {
  const candidates = (view: FleetView): readonly ClientId[] =>
    Array.from({ length: view.population }, (_, place) => clientId(place)).filter(
      (id) => view.isAvailable(id) && eligible(view.client(id).profile.examples),
    );
  describe(name, () => {
    test("chooses as many as wanted, or as many as there are: available ones, each once", () => {
      fc.assert(
        fc.property(count, key, fleet, (wanted, run, view) => {
          const chosen = selection.choose(wanted, run, view);
          const able = new Set(candidates(view));
          expect(chosen.length).toBe(Math.min(wanted, able.size));
          expect(new Set(chosen).size).toBe(chosen.length);
          expect(chosen.filter((id) => !able.has(id))).toEqual([]);
        }),
      );
    });

    test("chooses the same clients under the same key", () => {
      fc.assert(
        fc.property(count, key, fleet, (wanted, run, view) => {
          expect(selection.choose(wanted, run, view)).toEqual(selection.choose(wanted, run, view));
        }),
      );
    });

    test("chooses others under other keys", () => {
      const view = fleetOf(Array.from({ length: 50 }, () => ({ examples: 3 })));
      const cohorts = Array.from({ length: 20 }, (_, k) => selection.choose(5, fold(rootKey(1), k), view).join());
      expect(new Set(cohorts).size).toBe(20);
    });
  });
}
