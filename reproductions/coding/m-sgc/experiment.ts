/**
 * At which ratio of computing to latency does multiplexed sequential gradient coding save time over gradient coding? Codes are replayed on
 * the times of 256 serverless workers that were recorded by the authors of the paper.
 *
 * It needs published data beside the project: ../shared/data/lambda-256 with cnn-canada-load-….json.
 *
 * @module
 */
import { join } from "node:path";
import {
  bestAmong,
  bursty,
  type Candidate,
  codesToTry,
  coding,
  type Coding,
  type Part,
  perRound,
  present,
  type RecordedTimes,
  secondsPerLoad,
  type TuneOptions,
  type WaitOut,
} from "@potluck/core";
import { readTimesFile } from "@potluck/scenario";
import type { Report } from "../../harness/experiment.ts";
import { mean } from "../../harness/metrics.ts";
import { tableOf } from "../../harness/render.ts";

const FOLDER = join(import.meta.dirname, "../../../../shared/data/lambda-256");
const FILES = ["0.000", "0.250", "0.500", "1.000"].map((load) => join(FOLDER, `cnn-canada-load-${load}.json`));
const WORKERS = 256;
/** How much longer a worker takes for a whole job than for nothing. */
const RATIOS = [0.5, 1.15, 2.2, 4, 8, 16];
/** Three models side by side, as many as the published codes need. */
const MAXIMUM_DELAY = 2;

type Kind = readonly [name: string, codings: readonly (Coding & Part)[]];

/** What is compared, each with the parameters that are tried. */
function kinds(waitOut: WaitOut): readonly Kind[] {
  const [uncoded = [], gradient = [], selective = [], multiplexed = []] = codesToTry(WORKERS, MAXIMUM_DELAY);
  const counts = gradient.map(({ part }) => Number(part.options["tolerated"]));
  return [
    ["uncoded", uncoded],
    ["ignoring", counts.map((ignored) => coding.ignoringStragglers({ ignored }))],
    ["replication", [2, 4, 8, 16, 32, 64].map((copies) => coding.replication({ copies }))],
    ["GC", gradient],
    ["SR-SGC", waitOut === "all" ? windowed(counts) : selective],
    ["M-SGC", multiplexed],
  ];
}

/** Codes of selective repeat with several windows: by the paper's rule they matter. */
function windowed(counts: readonly number[]): readonly (Coding & Part)[] {
  const bursts = Array.from({ length: MAXIMUM_DELAY }, (_, at) => at + 1);
  return bursts
    .flatMap((burst) =>
      [1, 2, 3].flatMap((times) => counts.map((most) => coding.srSgc({ burst, window: burst * times + 1, most }))),
    )
    .filter((code) => code.contradiction(WORKERS) === null);
}

/**
 * A sequential code whose rounds go on where lateness would break the model of stragglers that the paper makes it for, and not only where
 * a gradient would be lost: bursts of at most B rounds within W, of at most λ workers; or, under selective repeat, at most s in every round.
 */
function asInPaper(code: Coding & Part): Coding & Part {
  const { name, options } = code.part;
  if (name !== "sr-sgc" && name !== "m-sgc") return code;
  const [burst, window, most] = ["burst", "window", "most"].map((option) => Number(options[option]));
  const fits = bursty(burst ?? NaN, window ?? NaN, most ?? NaN);
  return {
    ...code,
    schemeFor: (workers) => {
      const scheme = code.schemeFor(workers);
      const isFew = perRound(name === "sr-sgc" ? (scheme.groups[0]?.code.tolerated ?? 0) : 0);
      const seen = Math.max(scheme.window, window ?? 0);
      return {
        ...scheme,
        window: seen,
        tolerates: (pattern) => fits(pattern) || pattern.every((_, last) => isFew(pattern.slice(0, last + 1))),
      };
    },
  };
}

/** The parameters of the paper. */
const PUBLISHED: readonly Kind[] = [
  ["uncoded", [coding.uncoded()]],
  ["GC", [coding.gradientCoding({ tolerated: 15 })]],
  ["SR-SGC", [coding.srSgc({ burst: 2, window: 3, most: 23 })]],
  ["M-SGC", [coding.mSgc({ burst: 1, window: 2, most: 27 })]],
];

/** The traces, without the time that computing took: what each worker would have taken for next to nothing. */
async function latencies(): Promise<{ readonly slope: number; readonly traces: readonly RecordedTimes[] }> {
  const files = (await Promise.all(FILES.map(readTimesFile))).flat();
  const recorded = files.map(({ seconds, load }) => ({ seconds, load: present(load, "the load of a trace") }));
  const slope = secondsPerLoad(recorded);
  const traces = recorded.map(({ seconds, load }) => ({
    seconds: seconds.map((own) => own.map((time) => time - slope * load)),
    load: 0,
  }));
  return { slope, traces };
}

/** What came of each kind on one trace. */
type Row = ReadonlyMap<string, Candidate>;

function rowOf(compared: readonly Kind[], options: TuneOptions): Row {
  return new Map(compared.map(([name, codings]) => [name, bestAmong(codings, options)]));
}

/** Seconds of a job on the rounds held out. */
function heldOut(row: Row, kind: string): number {
  return present(row.get(kind), kind).heldOut;
}

/** How much less of the time of `other` a kind takes, trace by trace. */
function saved(rows: readonly Row[], kind: string, other: string): readonly number[] {
  return rows.map((row) => 1 - heldOut(row, kind) / heldOut(row, other));
}

/** The middle of sorted values, or half-way between the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return mean([sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN]);
}

function percent(share: number): string {
  return `${share < 0 ? "−" : ""}${(100 * Math.abs(share)).toFixed(1)}%`;
}

interface Measured {
  readonly ratio: number;
  /** By trace. */
  readonly rows: readonly Row[];
}

/** Seconds of a job by kind, and what M-SGC saves: medians over the traces. */
function timesTable(compared: readonly Kind[], measured: readonly Measured[]): readonly string[] {
  const names = compared.map(([name]) => name);
  return tableOf(
    ["s per load", ...names, "M-SGC saves of GC", "by trace", "M-SGC saves of uncoded"],
    measured.map(({ ratio, rows }) => [
      String(ratio),
      ...names.map((name) => median(rows.map((row) => heldOut(row, name))).toFixed(3)),
      percent(median(saved(rows, "M-SGC", "GC"))),
      saved(rows, "M-SGC", "GC").map(percent).join(", "),
      percent(median(saved(rows, "M-SGC", "uncoded"))),
    ]),
  );
}

/** The parameters that were chosen, by trace. */
function chosenTable(compared: readonly Kind[], measured: readonly Measured[]): readonly string[] {
  const coded = compared.filter(([, codings]) => codings.length > 1).map(([name]) => name);
  return tableOf(
    ["s per load", ...coded],
    measured.map(({ ratio, rows }) => [
      String(ratio),
      ...coded.map((name) => rows.map((row) => `(${optionsOf(present(row.get(name), name)).join(", ")})`).join(" ")),
    ]),
  );
}

function optionsOf({ coding: { options } }: Candidate): readonly string[] {
  return Object.values(options).map((value) => JSON.stringify(value));
}

function section(traces: readonly RecordedTimes[], waitOut: WaitOut, say: (line: string) => void): readonly string[] {
  const ruled = (own: readonly Kind[]): readonly Kind[] =>
    waitOut === "all" ? own.map(([name, codings]) => [name, codings.map(asInPaper)]) : own;
  const compared = ruled(kinds(waitOut));
  const measure = (own: readonly Kind[]): readonly Measured[] =>
    RATIOS.map((ratio) => {
      say(`  ${waitOut}: ${ratio} s`);
      const timeModel = { slowness: "adds", secondsPerLoad: ratio, latency: 0 } as const;
      const options = { timeModel, maximumDelay: MAXIMUM_DELAY, patiences: [1], waitOut };
      return { ratio, rows: traces.map((times) => rowOf(own, { ...options, times })) };
    });
  const chosen = measure(compared);
  return [
    waitOut === "all" ? "## Who cannot end waits for all, as in the paper" : "## Who cannot end waits for enough",
    "",
    "Parameters chosen on the first half of each trace, seconds of a job on the rest:",
    "",
    ...timesTable(compared, chosen),
    "",
    "What was chosen, on each of the four traces: how many are ignored, copies, s, (B, W, λ), (B, W, λ):",
    "",
    ...chosenTable(compared, chosen),
    "",
    "The parameters of the paper, on the same rounds:",
    "",
    ...timesTable(PUBLISHED, measure(ruled(PUBLISHED))),
    "",
  ];
}

export const experiment: Report = {
  title: "codes replayed on 256 serverless workers, by the ratio of computing to latency",
  needs: FILES,
  measure: async (say) => {
    const { slope, traces } = await latencies();
    const latency = mean(traces.flatMap(({ seconds }) => seconds.flatMap((own) => [...own])));
    return [
      `Four traces of ${WORKERS} workers, 30 rounds each, recorded at loads of 0, 0.25, 0.5 and 1. A whole job takes a worker`,
      `${slope.toFixed(2)} s longer than nothing, as measured over the four; without it a round takes a worker ${latency.toFixed(2)} s in the mean. Times are`,
      "medians over the traces, since one answer that took 38 s would make most of a mean; μ = 1, three models side by side.",
      "“Ignoring” is not exact, all others are.",
      "",
      ...(["all", "enough"] as const).flatMap((waitOut) => section(traces, waitOut, say)),
    ].slice(0, -1);
  },
};
