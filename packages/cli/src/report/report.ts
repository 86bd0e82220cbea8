/**
 * What a report shows: a finished or interrupted run as plain data. {@link renderReport} turns it into a page and
 * takes everything from here; it reads no clock and no file.
 *
 * Shares and accuracies are numbers in [0, 1]; null stands for what was not measured. All texts may hold anything:
 * they are escaped.
 *
 * @module
 */
import type { Direction, Enemy, PartReference, Spending, TaskNote, Warning } from "@potluck/core";
import type { ConversionCosts, ScoresSoFar, Spread } from "@potluck/scenario";

/** A run, ready to be shown. */
export interface Report {
  /** The id of the run. */
  readonly run: string;
  readonly title: string;
  readonly seed: number;
  readonly status: "finished" | "stalled" | "interrupted";
  /** "wall" for a live run; all times are of its clock, also those that are called virtual here. */
  readonly clock?: "wall";
  /** Why it ended: "all 60 rounds are done". */
  readonly reason: string;
  /** The command line that repeats the run. */
  readonly command: string;
  /** What might go wrong with its plan; left out where it was not looked for. */
  readonly warnings?: readonly Warning[];
  readonly headline: ReportHeadline;
  /** What training was to reach; null if it had no target. */
  readonly targetAccuracy: number | null;
  /** The loss that training was to reach instead; left out if there was none. */
  readonly targetLoss?: number;
  /** How far the last model is from the optimum; left out where that is not known. */
  readonly optimum?: ReportOptimum;
  /** The evaluated versions of the model, oldest first. */
  readonly evaluations: readonly ReportEvaluation[];
  readonly clients: readonly ReportClient[];
  /** What bytes were for, each way; left out where it was not noted. */
  readonly spent?: Readonly<Record<Direction, Spending>>;
  readonly objective: ReportObjective;
  /** Null where no update was used. */
  readonly staleness: ReportStaleness | null;
  /** What conversions of old updates have cost the server; left out where there were none. */
  readonly conversions?: ConversionCosts;
  /** The models, where several were trained side by side; all else is about the best of them. */
  readonly models?: readonly ReportModel[];
  /** Of coded runs, the tasks of the first rounds. */
  readonly tasks?: readonly TaskNote[];
  /** Which of their rounds went on after their time was up. */
  readonly waitedRounds?: readonly number[];
  /** Of coded runs with fewer models than their code has rounds of delay and one. */
  readonly gradientAge?: ReportGradientAge;
  /** Accuracy on held-out data by class; empty if it was not measured. */
  readonly classes: readonly ReportClass[];
  readonly scorecard: readonly ReportEnemy[];
  readonly plan: readonly ReportPart[];
  readonly fleet: readonly ReportTier[];
  readonly data: ReportData;
  /** The files that lie beside the report. */
  readonly files: readonly ReportFile[];
}

/** The numbers that come first. */
export interface ReportHeadline {
  /** Of the last model; null if it could not be measured. */
  readonly testAccuracy: number | null;
  readonly testLoss: number | null;
  /** Published versions of the model, the initial one not counted. */
  readonly rounds: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** The digest of the final parameters; null if there are none. */
  readonly modelHash: string | null;
}

/** Distances between parameters, from the last model to the optimum of a weighting of the clients. */
export interface ReportOptimum {
  /** Of the weighting that was asked for. */
  readonly toAsked: number;
  /** Of that which was realised; null before the first version. */
  readonly toRealised: number | null;
}

/** One evaluated version of the model. Bytes, updates and scores are those of the whole run up to it. */
export interface ReportEvaluation {
  readonly version: number;
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  /** Null where the loss has no accuracy. */
  readonly accuracy: number | null;
  readonly loss: number;
  /** Updates of clients that went into a model. */
  readonly updatesUsed: number;
  /** Root of the mean squared error, and R²; only where that is the loss. */
  readonly rmse?: number;
  readonly r2?: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly scores: ScoresSoFar;
}

/** What one client has given and taken. */
export interface ReportClient {
  readonly id: string;
  /** The name of its tier in {@link Report.fleet}. */
  readonly tier: string;
  /** Rows it trains on. */
  readonly examples: number;
  readonly timesAsked: number;
  /** How many of its updates went into a model. */
  readonly timesUsed: number;
  /** Whether it had a task when the run ended. */
  readonly isAtWork: boolean;
  /** Its voice: its share of all aggregation weight. */
  readonly contribution: number;
  /** Its share of all pull, which is weight times solver steps. */
  readonly pull: number;
  /** The standard error of that: how far it may be from where it would come to rest; null before the second version. */
  readonly pullError: number | null;
  /** The share of its loss in the objective that was asked for. */
  readonly asked: number;
  /** Its share of all rows that are trained on, in the mean over the versions. */
  readonly dataShare: number;
  /** Accuracy of the final model on its own test rows; null if it has none or it was not measured. */
  readonly accuracy: number | null;
  /** Virtual time it spent on tasks: those that were used, those that came to nothing, and those that were pending. */
  readonly busySeconds: number;
}

/** What the run optimised. */
export interface ReportObjective {
  /** What it was to optimise: the mean loss over all examples, or over clients. */
  readonly asked: "per-example" | "per-client";
  /** The share of all pull that went to the wrong clients; null while nobody was heard. */
  readonly bias: number | null;
  /** How many clients, all heard alike, would leave averages as unsteady; null before the first version. */
  readonly effectiveClients: number | null;
}

/** How many versions of the model were published while a client worked on an update that was used. */
export interface ReportStaleness {
  readonly median: number;
  /** 95 in 100 updates were no staler. */
  readonly percentile95: number;
  readonly maximum: number;
}

/** How old the gradients of a coded run are at most. */
export interface ReportGradientAge {
  /** Versions of its model that there were since the parameters at which it was taken, ≥ 1. */
  readonly versions: number;
  /** Rounds between the start of a gradient and its end. */
  readonly delay: number;
  /** Models that take turns. */
  readonly models: number;
}

/** One of several models at the end. */
export interface ReportModel {
  /** Its place in the plan, from 0. */
  readonly number: number;
  /** Its optimizer with its options. */
  readonly optimizer: string;
  /** The version it was last published as. */
  readonly version: number;
  /** Null where the loss has no accuracy or the model diverged. */
  readonly accuracy: number | null;
  readonly loss: number | null;
  readonly isBest: boolean;
}

/** Accuracy on the held-out examples of one class. */
export interface ReportClass {
  readonly label: string;
  readonly examples: number;
  readonly accuracy: number | null;
}

/** What one enemy has scored. */
export interface ReportEnemy {
  readonly enemy: Enemy;
  readonly scores: readonly ReportScore[];
}

/** One number of the scorecard. */
export interface ReportScore {
  readonly name: string;
  readonly value: number | null;
  /** What is said where the value is null; "not measured" unless it is given. */
  readonly absent?: string;
  /** "share" is shown in percent, "seconds" (virtual), "bytes"; any other unit is written behind the number. */
  readonly unit: string;
  /** One sentence: what the number means in this run. */
  readonly meaning: string;
}

/** A part of the plan or scenario, with what it does in one sentence. */
export interface ReportPart extends PartReference {
  readonly about: string;
}

/** The devices of one tier; null where a quantity is not modelled. */
export interface ReportTier {
  readonly name: string;
  readonly devices: number;
  readonly flopsPerSecond: Spread | null;
  readonly uploadBytesPerSecond: Spread | null;
  readonly downloadBytesPerSecond: Spread | null;
}

/** The data and how it lies among the clients. */
export interface ReportData {
  readonly name: string;
  readonly trainExamples: number;
  readonly testExamples: number;
  /** 0 where there are numbers to predict. */
  readonly classes: number;
  /** Mean over clients of the total variation distance between a client's class mix and that of all rows; 0 is iid. */
  readonly labelSkew: number | null;
}

/** A file beside the report. */
export interface ReportFile {
  readonly name: string;
  readonly about: string;
  readonly sizeBytes: number;
}
