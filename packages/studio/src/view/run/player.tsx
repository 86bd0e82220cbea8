/**
 * Replays a run that has ended: a slider through its time, and a button that moves it.
 *
 * @module
 */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { count, duration } from "../../words/format.ts";

/** The time that is gone through. */
export interface PlayerProps {
  /** The instant that is shown, in seconds of the run; null for its end, with everything that is known of it. */
  readonly at: Signal<number | null>;
  /** When the run ended. */
  readonly end: number;
  /** How many events are replayed. */
  readonly events: number;
}

/** In how many seconds a whole run goes by. */
const PACES = [10, 30, 120] as const;

const STEPS = 1000;
const TICK_MILLISECONDS = 100;
/** Whoever wants no motion sees one picture after another. */
const CALM_TICK_MILLISECONDS = 1000;

/** The bar of a replay. */
export function Player({ at, end, events }: PlayerProps): JSX.Element {
  const pace = useSignal<number>(PACES[1]);
  const isPlaying = useSignal(false);
  const shown = at.value ?? end;
  const go = (to: number): void => {
    at.value = to >= end ? null : Math.max(0, to);
    if (to >= end) isPlaying.value = false;
  };
  useEffect(() => {
    if (!isPlaying.value) return undefined;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const tick = isCalm ? CALM_TICK_MILLISECONDS : TICK_MILLISECONDS;
    const timer = setInterval(() => go((at.peek() ?? end) + (end / pace.peek()) * (tick / 1000)), tick);
    return () => clearInterval(timer);
  }, [isPlaying.value, end]);
  const toggle = (): void => {
    if (!isPlaying.value && at.value === null) at.value = 0;
    isPlaying.value = !isPlaying.value;
  };
  return (
    <div class="player" role="group" aria-label="Replay">
      <button type="button" class="play" onClick={toggle}>
        {isPlaying.value ? "Pause" : "Replay"}
      </button>
      <input
        type="range"
        aria-label="Time of the run"
        aria-valuetext={`${duration(shown)} of ${duration(end)}`}
        min={0}
        max={STEPS}
        step={1}
        value={Math.round((shown / end) * STEPS)}
        onInput={(event) => {
          isPlaying.value = false;
          go((Number(event.currentTarget.value) / STEPS) * end);
        }}
      />
      <output class="number">
        {duration(shown)} <span class="muted">of {duration(end)}</span>
      </output>
      <Pace pace={pace} />
      <span class="muted">{count(events)} events</span>
    </div>
  );
}

function Pace({ pace }: { readonly pace: Signal<number> }): JSX.Element {
  return (
    <label>
      All in{" "}
      <select value={pace.value} onChange={(event) => (pace.value = Number(event.currentTarget.value))}>
        {PACES.map((seconds) => (
          <option key={seconds} value={seconds}>
            {duration(seconds)}
          </option>
        ))}
      </select>
    </label>
  );
}
