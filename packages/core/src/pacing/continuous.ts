/**
 * Continuous work: a client that answers makes room for another at once, and a model is published with every so many
 * updates. What `fed-async`, `fed-buff` and `anarchic` have in common.
 *
 * @module
 */
import type { FleetView } from "../plan/fleet.ts";
import { noteLosses } from "./losses.ts";
import type { Decision, Moment, Pacing, Scene } from "./pacing.ts";
import { noRest, noteRest, type Rest } from "./rest.ts";

/** When to publish, and how many clients work at once. */
export interface Continuous {
  /** Updates that make a version, ≥ 1. */
  readonly updates: number;
  /** Clients that work at once at most, ≥ 1; null for all of them. */
  readonly concurrency: number | null;
}

/** What continuous work remembers. */
export interface ContinuousState extends Rest {
  started: boolean;
}

/** The pacing of continuous work. */
export function continuous(options: Continuous): Pacing<ContinuousState> {
  return {
    init: () => ({ started: false, ...noRest() }),
    react: (state, moment, scene) => react(options, state, moment, scene),
    contradiction: () => null,
  };
}

function react(options: Continuous, state: ContinuousState, moment: Moment, scene: Scene): readonly Decision[] {
  const givenUp = noteLosses(state, moment, scene);
  if (givenUp !== null) return [givenUp];
  noteRest(state, moment, scene);
  switch (moment.kind) {
    case "started":
      state.started = true;
      return fill(options, state, scene);
    case "joined":
      return state.started ? fill(options, state, scene) : [];
    case "collected":
      return scene.collected >= options.updates ? [{ kind: "close" }] : fill(options, state, scene);
    case "published":
    case "converting":
    case "lost":
      return fill(options, state, scene);
    case "left":
    case "timer":
    case "abandoned":
      return [];
  }
}

/** How many clients more can be given work, where so many may work at once (null: all of them). */
export function vacancies(
  concurrency: number | null,
  { open, fleet }: { readonly open: number; readonly fleet: Pick<FleetView, "available"> },
): number {
  return Math.min((concurrency ?? Infinity) - open, fleet.available);
}

/** Asks until as many clients work as may, or nobody is left to ask who does not rest. */
function fill({ concurrency }: Continuous, { resting }: Rest, { open, fleet }: Scene): readonly Decision[] {
  const count = vacancies(concurrency, { open, fleet: { available: fleet.available - resting.size } });
  if (count <= 0) return [];
  return [resting.size === 0 ? { kind: "ask", count } : { kind: "ask", count, except: resting }];
}
