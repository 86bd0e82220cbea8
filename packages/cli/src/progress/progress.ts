/**
 * The progress display: one line that is rewritten while a person watches; a plain line now and then otherwise.
 *
 * @module
 */
import { heldOutTexts, largest, bytes, duration } from "@potluck/comparison";
import type { Measurement, Progress, Scenario, TimingProgress } from "@potluck/scenario";
import type { Terminal } from "../terminal.ts";
import { type Clocked, clockWord, wholeTime } from "../report/clock-words.ts";

/** Shows how a run goes. */
export interface ProgressDisplay {
  readonly show: (progress: Progress) => void;
  /** Leaves the last line standing. May be called twice. */
  readonly end: () => void;
}

/** Without a person who watches, progress is written at every such share of the run. */
const PLAIN_LINES = 10;
const SPARKS = "▁▂▃▄▅▆▇█";
const SPARK_WIDTH = 20;

/** The display for a run of `scenario`, after a line that says what is about to happen. */
export function progressDisplay(scenario: Scenario, terminal: Terminal, run: Clocked = {}): ProgressDisplay {
  const lines = progressLines(scenario, terminal, run);
  return terminal.interactive ? liveDisplay(terminal, lines) : plainDisplay(terminal, lines);
}

/** How a run goes, in lines. */
export interface ProgressLines {
  /** All there is to say of it, with a bar and a curve. */
  readonly full: (progress: Progress) => string;
  /** A plain line, for every tenth of the run; null between them. */
  readonly due: (progress: Progress) => string | null;
}

/** The lines of a run of `scenario`, after one that says what is about to happen. */
export function progressLines(scenario: Scenario, terminal: Terminal, run: Clocked): ProgressLines {
  announce(scenario, terminal);
  const line = (progress: Progress, share: number): string => lineOf(progress, share, { scenario, run });
  const shareAt = (progress: Progress): number => shareOf(scenario, { ...progress, ...progress.measurement });
  const measured: Measurement[] = [];
  let written = -1;
  return {
    full: (progress) => {
      measured.push(progress.measurement);
      const share = shareAt(progress);
      return `${bar(share)}  ${line(progress, share)}  ${sparkline(heights(measured))}`;
    },
    due: (progress) => {
      const share = shareAt(progress);
      const tenth = Math.floor(PLAIN_LINES * share);
      if (tenth <= written) return null;
      written = tenth;
      return line(progress, share);
    },
  };
}

function announce({ name, title, partition, data, model, fleet }: Scenario, terminal: Terminal): void {
  terminal.err(
    `${title ?? name}\n${partition.clients} clients, data ${data.part.name}, model ${model.part.name}, fleet ${fleet.part.name}\n\n`,
  );
}

function liveDisplay(terminal: Terminal, { full }: ProgressLines): ProgressDisplay {
  let open = false;
  return {
    show: (progress) => {
      terminal.err(`\r\u001b[K${full(progress).slice(0, terminal.columns - 1)}`);
      open = true;
    },
    end: () => {
      if (open) terminal.err("\n");
      open = false;
    },
  };
}

function plainDisplay(terminal: Terminal, { due }: ProgressLines): ProgressDisplay {
  return {
    show: (progress) => {
      const line = due(progress);
      if (line !== null) terminal.err(`${line}\n`);
    },
    end: () => undefined,
  };
}

function lineOf(
  { measurement, versions, wallSeconds }: Progress,
  share: number,
  { scenario, run }: { readonly scenario: Scenario; readonly run: Clocked },
): string {
  const { version, model, virtualSeconds, bytesUp, bytesDown } = measurement;
  const most = mayStopBefore(scenario) ? "at most " : "";
  return [
    `version ${String(version).padStart(String(versions).length)}/${versions}`,
    ...(model === undefined ? [] : [`model ${model}`]),
    ...heldOutTexts(measurement),
    `${clockWord(run)} ${duration(virtualSeconds)}`,
    `${wholeTime(run).replace(" time", "")} ${duration(wallSeconds)}${timeLeft(share, wallSeconds, most)}`,
    `up ${bytes(bytesUp)}`,
    `down ${bytes(bytesDown)}`,
  ].join("  ");
}

/** Whether the run ends when its model is good enough. */
function mayStopBefore({ stopAtTarget, targetAccuracy, targetLoss }: Scenario): boolean {
  return stopAtTarget === true && (targetAccuracy ?? targetLoss) !== undefined;
}

/** How far a run is, in [0, 1], on its way to what ends it first: its last version, or its last virtual second. */
function shareOf(
  { maximumSeconds = Number.POSITIVE_INFINITY }: Scenario,
  { version, versions, virtualSeconds }: Pick<TimingProgress, "version" | "versions" | "virtualSeconds">,
): number {
  return Math.min(1, Math.max(version / versions, virtualSeconds / maximumSeconds));
}

/** How long it will take at the pace so far; nothing before there is a pace. */
function timeLeft(share: number, wallSeconds: number, most: string): string {
  if (share === 0 || share === 1 || wallSeconds === 0) return "";
  return `, ${most}about ${duration((wallSeconds / share) * (1 - share))} left`;
}

/** Shows how the clock runs. */
export interface ClockDisplay {
  readonly show: (progress: TimingProgress) => void;
  readonly end: () => void;
}

/** The display for a run of `scenario` in which only the clock runs. */
export function clockDisplay(scenario: Scenario, terminal: Terminal): ClockDisplay {
  announce(scenario, terminal);
  let open = false;
  return {
    show: (progress) => {
      if (!terminal.interactive) return;
      const { version, versions, events, virtualSeconds, wallSeconds } = progress;
      const left = timeLeft(shareOf(scenario, progress), wallSeconds, "");
      const times = `virtual ${duration(virtualSeconds)}  wall ${duration(wallSeconds)}${left}`;
      const line = `version ${version}/${versions}  ${events} events  ${times}`;
      terminal.err(`\r\u001b[K${line.slice(0, terminal.columns - 1)}`);
      open = true;
    },
    end: () => {
      if (open) terminal.err("\n");
    },
  };
}

function bar(share: number): string {
  const width = 12;
  const full = Math.round(width * share);
  return "█".repeat(full) + "░".repeat(width - full);
}

/** Accuracies; losses, where there is no accuracy, as shares of the largest one. */
function heights(measured: readonly Measurement[]): readonly number[] {
  const most = largest(measured.map(({ testLoss }) => testLoss));
  return measured.map(({ testAccuracy, testLoss }) => testAccuracy ?? (most > 0 ? testLoss / most : 0));
}

/** The last values as a row of blocks, from 0 to 1. */
function sparkline(values: readonly number[]): string {
  return values
    .slice(-SPARK_WIDTH)
    .map((value) => SPARKS[Math.min(SPARKS.length - 1, Math.floor(value * SPARKS.length))])
    .join("");
}
