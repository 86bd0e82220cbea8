/**
 * The contract of participation corrections: how much more an update counts because its client is seldom heard.
 *
 * @module
 */
import { ownState } from "../part/own-state.ts";
import { definePart, type PartBlueprint, type PartFactory } from "../part/part.ts";
import type { ClientId } from "../plan/identity.ts";

/** Who has come to be known, or whose update it is, and when. */
export interface Attendance {
  readonly client: ClientId;
  /** Versions published so far: the update goes into the next one. */
  readonly version: number;
}

/**
 * How much more who is seldom heard counts. `State` is plain data.
 *
 * What a correction notes of the updates in a window counts within the window at once, but beyond it only if the window
 * is published: an update that is thrown away was not heard.
 */
export interface Participation<State> {
  readonly init: () => State;
  /** A client is known from now on, or is there again. Left out by those to whom that is all the same. */
  readonly welcome?: (state: State, attendance: Attendance) => void;
  /** What the weight of an update is multiplied with, finite and ≥ 0. Called once for every update that goes into a window. */
  readonly correction: (state: State, attendance: Attendance) => number;
  /** The window was published: what was noted in it lasts. Left out, as the next, by those that note nothing. */
  readonly publish?: (state: State) => void;
  /** The window was thrown away: as if no correction had been asked for since the last that was published. */
  readonly discard?: (state: State) => void;
}

/** The factory of a participation correction, whose state type is hidden. */
export function defineParticipation<Options extends object, State>(
  blueprint: PartBlueprint<Options, Participation<State>>,
): PartFactory<Options, Participation<unknown>> {
  const { make, ...definition } = blueprint;
  return definePart<Options, Participation<unknown>>({
    ...definition,
    make: (options) => {
      const { init, welcome = nothing, correction, publish = nothing, discard = nothing } = make(options);
      return {
        init,
        welcome: (state, attendance) => {
          welcome(ownState(state), attendance);
        },
        correction: (state, attendance) => correction(ownState(state), attendance),
        publish: (state) => {
          publish(ownState(state));
        },
        discard: (state) => {
          discard(ownState(state));
        },
      };
    },
  });
}

function nothing(): void {
  return undefined;
}
