/**
 * What a participant sees while the device takes part.
 *
 * @module
 */
import type { OwnerLimits, Participation, ParticipantState } from "../index.ts";
import { bytes } from "../byte-size.ts";
import { limitWords } from "./chosen-limits.ts";
import { element, write, writeRows } from "./elements.ts";
import { givenRows, nothingGiven, sayingOf } from "./words.ts";

/** A dashboard. */
export interface Dashboard {
  /** The device is there: what it has given is shown from here on. */
  readonly follow: (participation: Participation) => void;
  readonly tell: (state: ParticipantState) => void;
  /** What was given stands still. */
  readonly stop: () => void;
}

const EVERY_MILLISECONDS = 500;
/** Whoever only listens hears of answers that often at most. */
const COUNTED_EVERY_MILLISECONDS = 60_000;

/** What is watched between two looks. */
interface Watch {
  participation: Participation | null;
  state: ParticipantState | null;
  /** When the step began, in milliseconds, and how long training took last. */
  since: number;
  lastTraining: number | null;
  counted: { readonly at: number; readonly answers: number };
}

/** A dashboard of a device that joins at `host` within these limits. */
export function dashboardFor(host: string, limits: OwnerLimits): Dashboard {
  const watch: Watch = {
    participation: null,
    state: null,
    since: performance.now(),
    lastTraining: null,
    counted: { at: performance.now(), answers: 0 },
  };
  write("run", "Joining");
  write("about", "");
  write("state", "Loads what it trains with, and measures itself once.");
  write("limits", limitWords(limits));
  writeRows("given", givenRows(nothingGiven));
  step(null, "waiting");
  const timer = setInterval(() => look(watch), EVERY_MILLISECONDS);
  return {
    follow: (participation) => (watch.participation = participation),
    tell: (state) => {
      const now = performance.now();
      if (watch.state?.kind === "training" && state.kind !== "training") watch.lastTraining = now - watch.since;
      watch.state = state;
      watch.since = now;
      if (state.kind === "joined") introduce(state);
      const saying = sayingOf(state, host, navigator.onLine);
      if (saying === null) return;
      write("state", saying.text);
      if (saying.isNews) write("said", saying.text);
      step(state.kind, saying.mood);
      look(watch);
    },
    stop: () => {
      clearInterval(timer);
      look(watch);
    },
  };
}

function introduce({ job, client, modelBytes }: ParticipantState & { readonly kind: "joined" }): void {
  write("run", job);
  write("about", `A model of ${bytes(modelBytes)}. This device is client ${client}.`);
}

function step(at: ParticipantState["kind"] | null, mood: string): void {
  element("now", HTMLElement).dataset["mood"] = mood;
  for (const one of document.querySelectorAll<HTMLElement>("[data-step]")) {
    one.classList.toggle("current", one.dataset["step"] === at);
  }
}

function look(watch: Watch): void {
  progress(watch);
  if (watch.participation === null) return;
  const given = watch.participation.contribution();
  writeRows("given", givenRows(given));
  const now = performance.now();
  if (given.answers > watch.counted.answers && now - watch.counted.at >= COUNTED_EVERY_MILLISECONDS) {
    watch.counted = { at: now, answers: given.answers };
    write("said", `${given.answers} answers of this device count so far.`);
  }
}

/** How far a step is: of what is fetched it is known, of training it is guessed by the last time. */
function progress({ state, participation, since, lastTraining }: Watch): void {
  const bar = element("progress", HTMLProgressElement);
  const share = shareOf(state, participation, { elapsed: performance.now() - since, lastTraining });
  const isWorking = state?.kind === "fetching" || state?.kind === "training" || state?.kind === "sending";
  bar.hidden = !isWorking;
  if (share === null) bar.removeAttribute("value");
  else bar.value = share;
}

const MOST_GUESSED = 0.95;

function shareOf(
  state: ParticipantState | null,
  participation: Participation | null,
  { elapsed, lastTraining }: { readonly elapsed: number; readonly lastTraining: number | null },
): number | null {
  if (state?.kind === "fetching") {
    const download = participation?.contribution().download ?? null;
    return download === null ? null : download.bytes / Math.max(1, download.of);
  }
  if (state?.kind === "training" && lastTraining !== null) return Math.min(MOST_GUESSED, elapsed / lastTraining);
  return null;
}
