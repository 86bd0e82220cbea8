/**
 * Synchronous rounds: ask some clients, wait for enough of them, aggregate, repeat.
 *
 * A round asks ⌈cohort · overSelection⌉ clients and closes with the first `cohort` updates; who is still working is
 * recalled, and that work is wasted. At the deadline a round closes with what it has if that is at least
 * ⌈quorum · cohort⌉ updates, and is abandoned otherwise. It closes early when nobody is left to wait for. With backup tasks
 * it asks, some time after its beginning, as many clients more as there are updates missing.
 * Without over-selection, quorum, deadline and backup tasks these are the rounds of federated averaging.
 *
 * McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-efficient learning of deep networks from
 * decentralized data", AISTATS 2017, https://arxiv.org/abs/1602.05629; over-selection, quorum and deadline as in
 * Bonawitz et al., "Towards federated learning at scale: system design", MLSys 2019, https://arxiv.org/abs/1902.01046;
 * backup tasks after Dean, Ghemawat, "MapReduce: simplified data processing on large clusters", CACM 2008,
 * https://doi.org/10.1145/1327452.1327492 (here another client does another
 * client's share, on its own data).
 *
 * Pitfall: over-selection prefers fast clients. What slow clients know is heard less; see the contribution scores.
 *
 * Trust: that clients answer, without a deadline for ever; that who is first has worked.
 *
 * @module
 */
import type { Seconds } from "../base/units.ts";
import { fedAvgPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import { type Decision, definePacing, type Moment, type Pacing, type Scene } from "./pacing.ts";

/** Options of {@link rounds}. */
export interface RoundsOptions {
  /** Updates that make a round, ≥ 1. */
  readonly cohort: number;
  /** How many clients are asked for each update that is wanted, ≥ 1; 1 by default. */
  readonly overSelection?: number;
  /** Share of the cohort that suffices at the deadline, in (0, 1]; 1 by default. */
  readonly quorum?: number;
  /** How long a round may last, in seconds, or null (the default) for as long as it takes. */
  readonly deadlineSeconds?: Seconds | null;
  /** After how long a round asks others for the updates that are missing, > 0; null, the default, for never. */
  readonly backupSeconds?: Seconds | null;
}

/** What rounds remember. */
interface RoundsState {
  /** Waiting for the run to start, for enough clients to begin a round, or for updates. */
  phase: "unstarted" | "waiting" | "collecting";
  /** Rounds begun so far; names the timers, so that the timer of an earlier round is known as such. */
  round: number;
  abandonedInARow: number;
}

/** A plan gives up after this many rounds in a row without a quorum. */
export const MAX_ABANDONED_ROUNDS = 100;

/** The pacing `rounds`. Throws Fault "option-invalid". */
export const rounds: PartFactory<RoundsOptions, Pacing<unknown>> = definePacing<RoundsOptions, RoundsState>({
  room: "pacing",
  name: "rounds",
  about: "Synchronous rounds with a cohort, over-selection, a quorum and a deadline.",
  fights: ["delay"],
  paper: fedAvgPaper,
  options: {
    cohort: { kind: "number", integer: true, minimum: 1, about: "updates that make a round" },
    overSelection: { kind: "number", minimum: 1, default: 1, about: "clients asked for each update that is wanted" },
    quorum: {
      kind: "number",
      above: 0,
      maximum: 1,
      default: 1,
      about: "share of the cohort that suffices when time is up",
    },
    deadlineSeconds: { kind: "number", above: 0, default: null, unit: "seconds", about: "how long a round may last" },
    backupSeconds: {
      kind: "number",
      above: 0,
      default: null,
      unit: "seconds",
      about: "after how long others are asked for the updates that are missing",
    },
  },
  make: (options) => ({
    init: () => ({ phase: "unstarted", round: 0, abandonedInARow: 0 }),
    react: (state, moment, scene) => react(options, state, moment, scene),
    contradiction: (clients) =>
      enough(options) <= clients
        ? null
        : `rounds need at least ${enough(options)} updates each, but the fleet has ${clients} clients`,
  }),
});

type Options = Required<RoundsOptions>;

/** The number of updates that a round needs to be published. */
function enough({ cohort, quorum }: Options): number {
  return wholeAtLeast(quorum * cohort);
}

/** ⌈product⌉, where a product that is whole but for its rounding error counts as whole: 10 · 1.1 is 11, not 12. */
function wholeAtLeast(product: number): number {
  return Math.ceil(product * (1 - 2 ** -50));
}

function react(options: Options, state: RoundsState, moment: Moment, scene: Scene): readonly Decision[] {
  switch (moment.kind) {
    case "started":
    case "published":
    case "abandoned":
      return begin(options, state, scene);
    case "joined":
      return state.phase !== "unstarted" && isOver(scene) ? begin(options, state, scene) : [];
    case "collected":
      return scene.collected >= options.cohort || isOver(scene) ? end(options, state, scene) : [];
    case "lost":
      return state.phase === "collecting" && isOver(scene) ? end(options, state, scene) : [];
    case "timer":
      return state.phase === "collecting" ? timeIsUp(options, state, moment.name, scene) : [];
    case "left":
    case "converting":
      return [];
  }
}

/** Whether nobody is left to wait for. Whose update the server is converting is waited for. */
function isOver({ open, converting }: Scene): boolean {
  return open + converting === 0;
}

/**
 * Begins a round if enough clients are there; otherwise, or if the selection wants none of them, the next client that
 * joins is another chance.
 */
function begin(options: Options, state: RoundsState, { fleet }: Scene): readonly Decision[] {
  state.phase = "waiting";
  if (fleet.available < enough(options)) return [];
  state.phase = "collecting";
  state.round += 1;
  const ask: Decision = { kind: "ask", count: wholeAtLeast(options.cohort * options.overSelection) };
  const { deadlineSeconds, backupSeconds } = options;
  return [ask, ...timer(backupOf(state.round), backupSeconds), ...timer(deadlineOf(state.round), deadlineSeconds)];
}

function timer(name: string, after: Seconds | null): readonly Decision[] {
  return after === null ? [] : [{ kind: "timer", name, after }];
}

/** The deadline ends the round; before it, as many clients more are asked as there are updates missing. */
function timeIsUp(options: Options, state: RoundsState, name: string, scene: Scene): readonly Decision[] {
  if (name === deadlineOf(state.round)) return end(options, state, scene);
  const missing = options.cohort - scene.collected;
  return name === backupOf(state.round) && missing > 0 ? [{ kind: "ask", count: missing }] : [];
}

/** Ends the round: what is still out is recalled, and what came in is published if it is enough. */
function end(options: Options, state: RoundsState, { collected }: Scene): readonly Decision[] {
  state.phase = "waiting";
  if (collected >= enough(options)) {
    state.abandonedInARow = 0;
    return [{ kind: "recall" }, { kind: "close" }];
  }
  state.abandonedInARow += 1;
  if (state.abandonedInARow < MAX_ABANDONED_ROUNDS) return [{ kind: "recall" }, { kind: "abandon" }];
  const reason = `${MAX_ABANDONED_ROUNDS} rounds in a row ended with fewer than ${enough(options)} updates`;
  return [{ kind: "recall" }, { kind: "give-up", reason }];
}

function backupOf(round: number): string {
  return `backup tasks of round ${round}`;
}

function deadlineOf(round: number): string {
  return `deadline of round ${round}`;
}
