/**
 * The contract of conversions: what becomes of an update that started from an old version before it counts.
 *
 * The server carries a conversion out, which takes its time; a strategy asks for it with a command and hears of it as an
 * event.
 *
 * @module
 */
import { ownState } from "../part/own-state.ts";
import { definePart, type PartBlueprint, type PartFactory } from "../part/part.ts";
import type { ClientId } from "../plan/identity.ts";

/** How the server looks for examples that explain an update: plain data. */
export interface Inversion {
  /** How many examples it makes up, ≥ 1. */
  readonly examples: number;
  /** The most steps that it follows, ≥ 1: of a client that took more, so many larger ones stand for them. */
  readonly maximumSteps: number;
  /** Steps of the search, ≥ 1, and their size, > 0. */
  readonly iterations: number;
  readonly learningRate: number;
  /** The share of the parameters that are matched, those that the client changed most, in (0, 1]. */
  readonly topShare: number;
}

/** What a client has said now. */
export interface Heard {
  readonly client: ClientId;
  /** The version that its update started from, and the latest one. */
  readonly from: number;
  readonly version: number;
  /** Trained less started from; a new vector at each call. */
  readonly delta: () => Float32Array;
}

/** What became of an update. */
export interface Estimated {
  readonly client: ClientId;
  /** The version that the estimate starts from. */
  readonly version: number;
  /** What the client said, from the version that it started from. */
  readonly stale: Float32Array;
  /** What it would have said from `version`. */
  readonly estimate: Float32Array;
}

/** What becomes of old updates. `State` is plain data. */
export interface Conversion<State> {
  readonly init: () => State;
  /** How an update of such an age, in versions ≥ 0, is converted; null: it is used as it is. */
  readonly inversion: (staleness: number) => Inversion | null;
  /** Hears of every update that arrives sound, before it is used or converted. */
  readonly hear: (state: State, heard: Heard) => void;
  /** The share of the estimate in what is used, in [0, 1]; the rest is what the client said. Called once an estimate. */
  readonly trust: (state: State, estimated: Estimated) => number;
}

/** The factory of a conversion, whose state type is hidden. */
export function defineConversion<Options extends object, State>(
  blueprint: PartBlueprint<Options, Conversion<State>>,
): PartFactory<Options, Conversion<unknown>> {
  const { make, ...definition } = blueprint;
  return definePart<Options, Conversion<unknown>>({
    ...definition,
    make: (options) => {
      const { init, inversion, hear, trust } = make(options);
      return {
        init,
        inversion,
        hear: (state, heard) => {
          hear(ownState(state), heard);
        },
        trust: (state, estimated) => trust(ownState(state), estimated),
      };
    },
  });
}
