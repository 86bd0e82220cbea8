/**
 * What those who look after a coordinator see of its runs, and may do to them: plain data, wherever the runs are.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { HistoryRow, RunFigures } from "@potluck/scenario";

/** What became of the answers of clients. */
export interface UpdateCounts {
  /** Taken in, without those that were abandoned later. */
  readonly accepted: number;
  /** Null where that is not known, as of a run that goes on in another process. */
  readonly late: number | null;
  readonly abandoned: number | null;
  /** Those that break a rule, by the rule. */
  readonly invalid: Readonly<Record<string, number>>;
}

/** A run at a glance. */
export interface RunOverview {
  readonly id: string;
  /** That of its scenario. */
  readonly name: string;
  readonly seed: number;
  /** A digest of its scenario: the same for runs of the same one, whatever their seeds. */
  readonly scenario: string;
  /** What it does, and what its clients are, in a few words: "fed-fix 2 s, mean, sgd 0.1"; "tiers 1/3/10". */
  readonly plan: string;
  readonly fleet: string;
  /** Which clock its times are of. */
  readonly clock: "virtual" | "wall";
  /** The experiments that it is one of; none for a run that is hosted. */
  readonly experiments: readonly ExperimentMembership[];
  /** Whether it is hosted here, so that it can be paused and stopped while it goes on. */
  readonly isHosted: boolean;
  /** Seconds since 1970. */
  readonly created: Seconds;
  /** "waiting" until so many clients are there as it begins with; "paused" while no tasks are given out and its clock stands still. */
  readonly state: "waiting" | "running" | "paused" | "ended";
  /** Why it has ended, in words; null before. */
  readonly ended: string | null;
  /** Seconds of its own clock. */
  readonly seconds: Seconds;
  /** The model version that is newest. */
  readonly version: number;
  /** Of the model that was measured last; null where none was, or it has none. */
  readonly accuracy: number | null;
  readonly loss: number | null;
  /** Which version that model is; null where none was measured, or it is not known. */
  readonly measuredVersion: number | null;
  /** How many are there, and how many have a connection; null where that is not known. */
  readonly clients: { readonly known: number; readonly available: number | null; readonly connected: number | null };
  /** Null where that is not known. */
  readonly openTasks: number | null;
  readonly updates: UpdateCounts;
  /** Encoded bytes of answers, and of models that were fetched for tasks. */
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** That a run is one of an experiment. */
export interface ExperimentMembership {
  readonly experiment: string;
  /** The side of the experiment that it belongs to. */
  readonly arm: string;
}

/** A client of a run. */
export interface ClientOverview {
  readonly client: number;
  /** Its public key, in hexadecimal. */
  readonly device: string;
  /** What it says of itself. */
  readonly tier: string;
  /** Null where that is not known. */
  readonly examples: number | null;
  /** Tasks that it was given, and those that it has answered. */
  readonly timesAsked: number;
  readonly timesAnswered: number;
  /** Answers that went into a model. */
  readonly timesUsed: number;
  /** How long its tasks took in all, those that came to nothing among them. */
  readonly taskSeconds: Seconds;
  /** When it last joined or answered, in seconds of the run's clock; null where no history of the run was kept. */
  readonly lastSeen: Seconds | null;
  readonly isAvailable: boolean;
  readonly isConnected: boolean;
  /** The task that it is at. */
  readonly task: number | null;
  /** The model version that its task began with. */
  readonly version: number | null;
  /** Whether its answer is on its way. */
  readonly isSending: boolean;
}

/** A task that is out. */
export interface TaskOverview {
  readonly task: number;
  readonly client: number;
  /** The model version that it starts from. */
  readonly version: number;
}

/** An answer that was refused. */
export interface RefusedAnswer {
  /** Seconds of the run's clock. */
  readonly at: Seconds;
  readonly client: number;
  readonly task: number;
  readonly refusal: "late" | "abandoned" | "invalid";
  readonly detail: string;
}

/** The last of what has happened. */
export interface EventsSince {
  /** The number of the last event. */
  readonly last: number;
  readonly events: readonly HistoryRow[];
}

/** Some of what has happened, in order. */
export interface HistoryPart {
  /** A JSON array in each line, see {@link HistoryRow}; "" where there is nothing more. */
  readonly text: string;
  /** From which it goes on: places are numbers ≥ 0 of whoever gives them. */
  readonly last: number;
}

/** A report. */
export interface ReportPage {
  /** A whole HTML document. */
  readonly html: string;
}

/** What a model is written as. */
export type ModelFormat = "onnx" | "safetensors";

/** Which model of a run is wanted. */
export interface WantedModel {
  readonly format: ModelFormat;
  /** Of those that are trained side by side, from 0; null where it is not said which. */
  readonly number: number | null;
}

/** None was published yet; it is not said which of several; there is none of this number; several are there as ONNX files alone. */
export type NoModel = "missing" | "several" | "unknown" | "onnx-only";

/** A run that is asked for. */
export interface WantedRun {
  /** What a scenario file holds. */
  readonly scenario: object;
  /** A whole number in [0, 2^53). */
  readonly seed: number;
  /** It begins once so many clients are there. */
  readonly startClients: number;
}

/** Begins a run, or finds the one of the same scenario and seed, and gives its id. Rejects with the faults of the scenario and its plan. */
export type BeginRun = (wanted: WantedRun) => Promise<string>;

/** The runs of a coordinator. Whatever is asked of a run that there is not gives null, and "missing" what is not known of it: as of one that goes on in another process. */
export interface RunsView {
  /** All runs, the oldest first. */
  readonly list: () => Promise<readonly RunOverview[]>;
  readonly one: (run: string) => Promise<RunOverview | null>;
  /** The object of `summary.json`, as far as the run has come. */
  readonly summary: (run: string) => Promise<object | null>;
  readonly scorecard: (run: string) => Promise<object | "missing" | null>;
  /** All that it has come to but its model, as comparisons are made of it; "missing" where there is nothing yet. */
  readonly result: (run: string) => Promise<object | "missing" | null>;
  /** Its report as an HTML page; "missing" where there is none and none can be made. */
  readonly report: (run: string) => Promise<ReportPage | "missing" | null>;
  /** What was measured, in order: the lines of `metrics.jsonl`. */
  readonly measurements: (run: string) => Promise<readonly object[] | null>;
  /** The answers refused last, the newest first, a bounded number. */
  readonly refusals: (run: string) => Promise<readonly RefusedAnswer[] | null>;
  /** What pictures of it are made of. */
  readonly figures: (run: string) => Promise<RunFigures | "missing" | null>;
  /** The last events that came after one of a number, a bounded number of them. */
  readonly events: (run: string, after: number) => Promise<EventsSince | null>;
  /** What has happened after a place, from 0; some of it, so that it is asked for until there is nothing more. */
  readonly history: (run: string, after: number) => Promise<HistoryPart | null>;
  readonly clients: (run: string) => Promise<readonly ClientOverview[] | "missing" | null>;
  readonly tasks: (run: string) => Promise<readonly TaskOverview[] | null>;
  /** The newest model as a file, or why there is none. */
  readonly model: (run: string, wanted: WantedModel) => Promise<Uint8Array | NoModel | null>;
  /** Lets a run pause, or go on; false where it has ended, "elsewhere" where only who runs it can. */
  readonly setPaused: (run: string, isPaused: boolean) => Promise<boolean | "elsewhere" | null>;
  /** Ends a run for good; false where it has ended before, "elsewhere" where only who runs it can. */
  readonly stop: (run: string, reason: string) => Promise<boolean | "elsewhere" | null>;
  /** Deletes a run that has ended with all that it has left; false where it goes on. */
  readonly remove: (run: string) => Promise<boolean | null>;
  /** Closes all connections of a device, whose clients are gone at once. */
  readonly sendAway: (device: string) => Promise<void>;
}
