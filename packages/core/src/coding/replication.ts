/**
 * Replication: groups of r workers compute the same, and the first of each group to answer is enough. It is what gradient
 * coding becomes where r = s + 1 divides the number of workers.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import { plainScheme } from "./plain-scheme.ts";
import type { Coding } from "./scheme.ts";

/** Options of {@link replication}. */
export interface ReplicationOptions {
  /** r ≥ 2: workers that compute the same; it divides the number of workers. */
  readonly copies: number;
}

/** The coding `replication`. Throws Fault "option-invalid". */
export const replication: PartFactory<ReplicationOptions, Coding> = definePart<ReplicationOptions, Coding>({
  room: "coding",
  name: "replication",
  about: "Groups of workers compute the same, and the first of each group to answer is enough.",
  fights: ["delay"],
  options: {
    copies: { kind: "number", integer: true, minimum: 2, about: "workers that compute the same" },
  },
  make: ({ copies }) => ({
    contradiction: (workers) =>
      workers % copies === 0 ? null : `${workers} workers are not groups of ${copies}: use gradient-coding`,
    schemeFor: (workers) => ({ ...plainScheme(workers, copies - 1), tolerates: () => true }),
  }),
});
