/**
 * No code: every worker computes a chunk of its own, and all of them are waited for.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import { plainScheme } from "./plain-scheme.ts";
import type { Coding } from "./scheme.ts";

/** The coding `uncoded` has no options. */
export type UncodedOptions = Readonly<Record<never, never>>;

/** The coding `uncoded`. */
export const uncoded: PartFactory<UncodedOptions, Coding> = definePart<UncodedOptions, Coding>({
  room: "coding",
  name: "uncoded",
  about: "No code: every worker computes a chunk of its own, and all of them are waited for.",
  fights: [],
  options: {},
  make: () => ({
    contradiction: () => null,
    schemeFor: (workers) => plainScheme(workers, 0),
  }),
});
