/**
 * FedFix: a version at fixed intervals, of whatever has arrived.
 *
 * Who has answered gets the new model at the next tick; everybody else goes on with the model that it has. With an interval
 * longer than the slowest client this is synchronous federated averaging, with a very short one asynchronous. A tick at
 * which nothing has arrived publishes nothing. The n-th tick is at t₀ + n Δt, t₀ the instant at which the clock was started: the
 * start, or when somebody came after all were away. A tick that comes late does not make the next ones late.
 *
 * What arrives at a tick is in time for it. So that rounding does not make who takes whole intervals miss its tick, the clock
 * goes slow by 1e-9: an interval is Δt (1 + 1e-9).
 *
 * Fraboni, Vidal, Kameni, Lorenzi, "A general theory for federated optimization with asynchronous and heterogeneous
 * clients updates", JMLR 2023. https://arxiv.org/abs/2206.10189
 *
 * The published method: absolute weights d_k p_k with d_k = ⌈τ_k / Δt⌉, which is `inverse` participation with the
 * aggregation `sum`, divided by "examples" (weighting by examples) or by "clients" (uniform weighting). Without the
 * correction who takes d intervals counts 1/d.
 *
 * Trust: that clients answer; with `concurrency` who is silent keeps its place. Nobody is heard more than once in an interval.
 *
 * @module
 */
import type { Seconds } from "../base/units.ts";
import { fedFixPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import { vacancies } from "./continuous.ts";
import { type Losses, noLosses, noteLosses } from "./losses.ts";
import { type Decision, definePacing, type Moment, type Pacing, type Scene } from "./pacing.ts";

/** Options of {@link fedFix}. */
export interface FedFixOptions {
  /** Δt, > 0. */
  readonly intervalSeconds: Seconds;
  /** Clients that work at once at most, a whole number ≥ 1; null, the default, is all of them. */
  readonly concurrency?: number | null;
}

/** What FedFix remembers. */
interface FedFixState extends Losses {
  started: boolean;
  /** Ticks announced so far; names the timers. */
  ticks: number;
  /** Whether one is to come. */
  ticking: boolean;
  /** t₀ */
  since: Seconds;
  /** n of the last tick that was announced; 0 while the clock rests. */
  intervals: number;
  /** Whether any task has ended since the last. */
  stirred: boolean;
}

/** The pacing `fed-fix`. Throws Fault "option-invalid". */
export const fedFix: PartFactory<FedFixOptions, Pacing<unknown>> = definePacing<FedFixOptions, FedFixState>({
  room: "pacing",
  name: "fed-fix",
  about: "A version at fixed intervals, of whatever has arrived; nobody is waited for.",
  fights: ["delay"],
  paper: fedFixPaper,
  options: {
    intervalSeconds: { kind: "number", above: 0, unit: "seconds", about: "Δt: how long from one version to the next" },
    concurrency: { kind: "number", integer: true, minimum: 1, default: null, about: "clients that work at once" },
  },
  make: (options) => ({
    init: () => ({ started: false, ticks: 0, ticking: false, since: 0, intervals: 0, stirred: false, ...noLosses() }),
    react: (state, moment, scene) => react(options, state, moment, scene),
    contradiction: () => null,
  }),
});

type Options = Required<FedFixOptions>;

/** How slow the clock goes: what rounding does to times is less, for some million intervals. */
const SLOW = 1e-9;

function react(options: Options, state: FedFixState, moment: Moment, scene: Scene): readonly Decision[] {
  const givenUp = noteLosses(state, moment, scene);
  if (givenUp !== null) return [givenUp];
  switch (moment.kind) {
    case "started":
      state.started = true;
      return goOn(options, state, scene);
    case "published":
      return goOn(options, state, scene);
    case "joined":
      // It gets the model at the next tick, like everyone.
      return state.started && !state.ticking ? goOn(options, state, scene) : [];
    case "timer":
      return state.ticking && moment.name === tickOf(state.ticks) ? tick(options, state, scene) : [];
    case "collected":
    case "lost":
      state.stirred = true;
      return [];
    case "left":
    case "converting":
    case "abandoned":
      return [];
  }
}

function tick(options: Options, state: FedFixState, scene: Scene): readonly Decision[] {
  state.ticking = false;
  if (scene.collected > 0) return [{ kind: "close" }];
  // Where work was offered and nobody took it, whoever joins next is another chance.
  return isUnderway(scene) || state.stirred ? goOn(options, state, scene) : rest(state);
}

/** Gives work to who is free, and announces the next tick as long as there is something to wait for. */
function goOn({ concurrency, intervalSeconds }: Options, state: FedFixState, scene: Scene): readonly Decision[] {
  const count = vacancies(concurrency, scene);
  state.stirred = false;
  if (count <= 0 && !isUnderway(scene)) return rest(state);
  state.ticking = true;
  state.ticks += 1;
  const timer = { kind: "timer", name: tickOf(state.ticks), after: untilNext(intervalSeconds, state, scene) } as const;
  return count > 0 ? [{ kind: "ask", count }, timer] : [timer];
}

/** How long it is to the next tick: that after the last one, or, where ticks have passed meanwhile, the first that is to come. */
function untilNext(intervalSeconds: Seconds, state: FedFixState, { now }: Scene): Seconds {
  const interval = intervalSeconds * (1 + SLOW);
  if (state.intervals === 0) state.since = now;
  state.intervals = Math.max(state.intervals, Math.floor((now - state.since) / interval)) + 1;
  return Math.max(0, state.since + state.intervals * interval - now);
}

/** Nothing is to come: the clock is started anew by whoever comes. */
function rest(state: FedFixState): readonly Decision[] {
  state.ticking = false;
  state.intervals = 0;
  return [];
}

/** Whether anything is to come: somebody works, or the server converts what somebody sent. */
function isUnderway({ open, converting }: Scene): boolean {
  return open + converting > 0;
}

function tickOf(number: number): string {
  return `tick ${number}`;
}
