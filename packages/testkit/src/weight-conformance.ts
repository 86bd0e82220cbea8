/**
 * What every staleness discount and every participation correction is held to.
 *
 * @module
 */
import {
  type ClientId,
  clientId,
  decodePlain,
  encodePlain,
  type Part,
  type Participation,
  type Staleness,
} from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Whose update it is, and into which version it goes. */
export interface Attended {
  readonly client: ClientId;
  readonly version: number;
}

/** Updates of a few clients as they arrive in a run: versions never fall, several updates may go into one. */
export const attendances: fc.Arbitrary<readonly Attended[]> = fc
  .array(fc.record({ client: fc.nat({ max: 3 }), after: fc.oneof(fc.constant(0), fc.nat({ max: 200 })) }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((steps) => {
    let version = 0;
    return steps.map(({ client, after }) => {
      version += after;
      return { client: clientId(client), version };
    });
  });

/** Registers the laws of staleness discounts as tests. */
export function stalenessConformance({ part, discount }: Staleness & Part): void {
  describe(`${part.name} ${JSON.stringify(part.options)} as a staleness discount`, () => {
    test("is 1 for an update that is fresh", () => {
      expect(discount(0)).toBe(1);
    });

    test("is in [0, 1], and never more for an older update", () => {
      fc.assert(
        fc.property(fc.nat({ max: 10_000 }), fc.nat({ max: 10_000 }), (staleness, more) => {
          const [young, old] = [discount(staleness), discount(staleness + more)];
          expect(young).toBeLessThanOrEqual(1);
          expect(old).toBeLessThanOrEqual(young);
          expect(old).toBeGreaterThanOrEqual(0);
        }),
      );
    });
  });
}

/** Registers the laws of participation corrections as tests. */
export function participationConformance(subject: Participation<unknown> & Part): void {
  const { part } = subject;
  const corrections = (updates: readonly Attended[], state = subject.init()): readonly number[] =>
    updates.map((update, at) => {
      if (update.version !== (updates[at - 1] ?? update).version) subject.publish?.(state);
      return subject.correction(state, update);
    });

  describe(`${part.name} ${JSON.stringify(part.options)} as a participation correction`, () => {
    test("is finite and not below 0", () => {
      fc.assert(
        fc.property(attendances, (updates) => {
          for (const correction of corrections(updates)) {
            expect(Number.isFinite(correction)).toBe(true);
            expect(correction).toBeGreaterThanOrEqual(0);
          }
        }),
      );
    });

    test("corrects a client by what it did itself", () => {
      fc.assert(
        fc.property(attendances, (updates) => {
          const all = corrections(updates);
          const own = updates.filter(({ client }) => client === clientId(1));
          expect(corrections(own)).toEqual(all.filter((_, at) => updates[at]?.client === clientId(1)));
        }),
      );
    });

    test("forgets a window that is thrown away", () => {
      fc.assert(
        fc.property(attendances, attendances, attendances, (published, thrownAway, more) => {
          const version = 1 + (published.at(-1)?.version ?? 0);
          const [straight, disturbed] = [subject.init(), subject.init()];
          for (const state of [straight, disturbed]) {
            corrections(published, state);
            subject.publish?.(state);
          }
          for (const { client } of thrownAway) subject.correction(disturbed, { client, version });
          subject.discard?.(disturbed);
          const next = more.map((update) => ({ ...update, version: version + update.version }));
          expect(corrections(next, disturbed)).toEqual(corrections(next, straight));
        }),
      );
    });

    test("goes on the same after its state went through bytes", () => {
      fc.assert(
        fc.property(attendances, fc.nat(), (updates, place) => {
          const cut = place % updates.length;
          const state = subject.init();
          const before = corrections(updates.slice(0, cut), state);
          const after = corrections(updates.slice(cut), decodePlain(encodePlain(state)));
          expect([...before, ...after]).toEqual(corrections(updates));
        }),
      );
    });
  });
}
