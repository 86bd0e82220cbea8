/**
 * FedCompass: every client gets as much work as makes it arrive together with others.
 *
 * The server measures how long a step takes each client, S_i, and shares clients out over groups that have a time of arrival
 * T and a latest time T'. A client with speed S_i that is to have work at the instant t
 *
 * - joins the group for which it has the most steps Q = ⌊(T − t) / S_i⌋ with Q_min ≤ Q ≤ Q_max;
 * - or else opens a group. It takes the most steps Q ≤ Q_max, and Q_min at least, with which it arrives when the members of
 *   a group that is under way will be back from the next task: Q = ⌊(T'(g) + S(g) Q_max − t) / S_i⌋, S(g) the fastest member;
 *   Q_max where there is no group. T = t + Q S_i, T' = t + λ Q S_i.
 *
 * A group is aggregated once all its members have arrived, or at T', to within 1e-9, so that who arrives at T' is in time, together with the general buffer: updates that came too
 * late for their group; where nobody has arrived by T', those are published by themselves, which the paper leaves open. Of a client no more
 * than two updates wait: one that came too late, and one in its next group; and those that the server was converting. Then its members get the new model and new work, fastest first. Who comes too late does so at once.
 * Who leaves and comes back while its update waits in a group waits with it: a client is in one group, and in it once.
 *
 * In the beginning no speed is known: everyone takes Q_max steps, and T' is λ times the time of the first that arrives.
 *
 * Li, Chaturvedi, He, Chen, Singh, Kindratenko, Huerta, Kim, Madduri, "FedCompass: efficient cross-silo federated learning on
 * heterogeneous client devices using a computing power aware scheduler", ICLR 2024. https://arxiv.org/abs/2309.14675
 *
 * Q_min and Q_max are minimumSteps and maximumSteps of the plan's work. The published method: `sum()` over "clients" or
 * "examples", `polynomial` staleness with exponent 0.5 times 0.9 (the server's learning rate), λ = 1.2.
 *
 * Step times are measured from the assignment to the arrival of the update, so that transfers are in them, and
 * the time for which the server converts an old update is not.
 *
 * Trust: nothing that a client says about its speed. Who skips its steps looks fast, and makes a version with every answer.
 *
 * @module
 */
import type { PartFactory } from "../part/part.ts";
import {
  arrive,
  begin,
  beginConversion,
  type Compass,
  type CompassState,
  expire,
  join,
  leave,
  regroup,
} from "./compass.ts";
import { noMembers } from "./compass-members.ts";
import { noteLosses } from "./losses.ts";
import { type Decision, definePacing, type Moment, type Pacing, type Scene } from "./pacing.ts";
import { noRest, noteRest } from "./rest.ts";

/** Options of {@link fedCompass}. */
export interface FedCompassOptions {
  /** λ: how much longer than expected a group waits, ≥ 1; 1.2 by default. */
  readonly latestTimeFactor?: number;
  /** μ: how much of a client's speed is its last task, and not those before, in (0, 1]; 0.9 by default. */
  readonly speedMomentum?: number;
}

/** The pacing `fed-compass`. Throws Fault "option-invalid". */
export const fedCompass: PartFactory<FedCompassOptions, Pacing<unknown>> = definePacing<
  FedCompassOptions,
  CompassState
>({
  room: "pacing",
  name: "fed-compass",
  about: "Every client gets as much work as makes it arrive together with others.",
  fights: ["delay", "unfair share"],
  paper: {
    authors: "Li, Chaturvedi, He, Chen, Singh, Kindratenko, Huerta, Kim, Madduri",
    title:
      "FedCompass: efficient cross-silo federated learning on heterogeneous client devices using a computing power aware scheduler",
    venue: "ICLR 2024",
    link: "https://arxiv.org/abs/2309.14675",
  },
  options: {
    latestTimeFactor: {
      kind: "number",
      minimum: 1,
      default: 1.2,
      about: "λ: how much longer than expected a group waits",
    },
    speedMomentum: {
      kind: "number",
      above: 0,
      maximum: 1,
      default: 0.9,
      about: "μ: how much of a client's speed is its last task",
    },
  },
  make: (options) => ({
    init: () => ({
      started: false,
      clients: noMembers(),
      groups: new Map(),
      groupsOpened: 0,
      converting: new Map(),
      late: [],
      free: [],
      ...noRest(),
    }),
    react: (state, moment, scene) => react(options, state, moment, scene),
    holds: true,
    contradiction: () => null,
  }),
});

function react(options: Compass, state: CompassState, moment: Moment, scene: Scene): readonly Decision[] {
  const givenUp = noteLosses(state, moment, scene);
  if (givenUp !== null) return [givenUp];
  const woken = noteRest(state, moment, scene);
  if (moment.kind === "published") return regroup(options, state, [...new Set([...state.free, ...woken])], scene);
  const decisions = decide(options, state, moment, scene);
  if (decisions.some(({ kind }) => kind === "close")) {
    state.free.push(...woken);
    return decisions;
  }
  return [...decisions, ...regroup(options, state, woken, scene)];
}

function decide(
  options: Compass,
  state: CompassState,
  moment: Exclude<Moment, { readonly kind: "published" }>,
  scene: Scene,
): readonly Decision[] {
  switch (moment.kind) {
    case "started":
      state.started = true;
      return begin(state, scene, scene.fleet.availableClients());
    case "joined":
      return state.started ? join(options, state, moment.client, scene) : [];
    case "converting":
      return beginConversion(options, state, moment, scene);
    case "collected":
      return arrive(options, state, moment, scene);
    case "lost":
      return leave(options, state, moment.client, scene);
    case "timer":
      return expire(state, moment.name);
    case "left":
    case "abandoned":
      return [];
  }
}
