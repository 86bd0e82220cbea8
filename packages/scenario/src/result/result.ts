/**
 * What a run leaves behind: plain data.
 *
 * @module
 */
import type {
  ClientAccount,
  ClientTime,
  Direction,
  EffectiveObjective,
  Layout,
  PartReference,
  Scorecard,
  Seconds,
  Spending,
  TaskNote,
  Warning,
} from "@potluck/core";
import type { Conditions, DataSummary, TierSummary } from "../stage/setting.ts";

/** The model at one version, measured on held-out data. Nothing here depends on the machine that simulates. */
export interface Measurement {
  /** Which of its models, from 0; only where the plan trains several. Version 0 is the first of all of them. */
  readonly model?: number;
  readonly version: number;
  readonly virtualSeconds: Seconds;
  /** Share of the held-out examples that are answered rightly; null where the loss has no accuracy. */
  readonly testAccuracy: number | null;
  /** Mean loss over the held-out examples. */
  readonly testLoss: number;
  /** Root of the mean squared error over the held-out examples; only where that is the loss. */
  readonly testRmse?: number;
  /** 1 − testLoss ÷ variance of the held-out numbers; only with the root, and where they vary. */
  readonly testR2?: number;
  /** Distance from the optimum of the weighting that was asked for; only for data whose optimum is known. */
  readonly distanceToOptimum?: number;
  /** Mean training loss of the updates in this version, by their shares; null for the first model. */
  readonly trainLoss: number | null;
  /** Updates of clients that have gone into a model up to this version, itself included. */
  readonly updatesUsed: number;
  /** Encoded bytes up to this version, from clients and to clients. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** The scores that can be read off a run at any time, as they stood then. */
  readonly scores: ScoresSoFar;
}

/** Scores as they stood at some instant; see {@link Scorecard}. */
export type ScoresSoFar = Pick<Scorecard["starvation"], "clientsNeverUsed" | "participationFairness"> &
  Pick<Scorecard["delay"], "stalenessP95" | "idleShare"> &
  Pick<Scorecard["unfairShare"], "contributionGap" | "wastedWorkShare"> &
  Pick<Scorecard["bottleneck"], "bytesLost"> & {
    /** Share of all pull that had gone to the wrong clients, in [0, 1]; null while nobody was heard; see {@link EffectiveObjective}. */
    readonly objectiveBias: number | null;
  };

/** One client at the end of a run. */
export interface ClientResult extends ClientAccount, ClientTime {
  readonly id: number;
  readonly tier: string;
  /** Its training examples. */
  readonly examples: number;
  /** Accuracy of the last model on the client's own test part, or null if it has none or the loss has no accuracy. */
  readonly testAccuracy: number | null;
  /** Mean loss of the last model on the client's own test part, or null if it has none. */
  readonly testLoss: number | null;
}

/** How far the last model is from where it should be: Euclidean distances between parameters. */
export interface OptimumDistances {
  /** From the optimum of the weighting that was asked for. */
  readonly toAsked: number;
  /** From the optimum of the weighting that was realised, see {@link EffectiveObjective}; null before the first version. */
  readonly toRealised: number | null;
}

/** Where the wall-clock time went: the only numbers that differ from machine to machine. */
export interface WallClock {
  readonly wallSeconds: number;
  /** Seconds in the tensor runtime, summed over workers. */
  readonly executingSeconds: number;
  /** Seconds with a job, summed over workers. */
  readonly busySeconds: number;
  readonly workers: number;
}

/** What conversions have cost on the server: those that were done before the run ended. */
export interface ConversionCosts {
  /** Conversions that were carried out, those included that found nothing. */
  readonly conversions: number;
  /** Those that found nothing: their updates were used as they were. */
  readonly failed: number;
  readonly flops: number;
  /** Virtual time that the server spent on them. */
  readonly seconds: Seconds;
  /**
   * How far training on what was made up ended from what clients sent, over the parameters that were matched, as a share of
   * how far they went: the mean over conversions that found something. Null where there was none, or nothing was trained.
   */
  readonly meanDistance: number | null;
}

/** What a run leaves behind whether or not anything was trained. */
interface Outcome {
  /** "wall" for a live run, all of whose times are real, and whose `virtualSeconds` are those since its start; left out of simulated ones. */
  readonly clock?: "wall";
  readonly scenario: string;
  readonly seed: number;
  /** "finished" by its plan, "stalled" when the plan could not go on, or "interrupted" from outside. */
  readonly status: "finished" | "stalled" | "interrupted";
  /** Why it ended, in words. */
  readonly ended: string;
  readonly parts: readonly PartReference[];
  readonly settings: Readonly<Record<string, number>>;
  /** What was known before it began that might go wrong with its plan. */
  readonly warnings: readonly Warning[];
  readonly conditions: Conditions;
  readonly tiers: readonly TierSummary[];
  readonly versions: number;
  readonly virtualSeconds: Seconds;
  /** Everything that happened: at devices, on links, and to the plan. */
  readonly events: number;
  readonly scorecard: Scorecard;
  /** Which weighting of the clients was really optimised, against {@link Scenario.objective}. */
  readonly effectiveObjective: EffectiveObjective;
  /** How many of the updates that were used were so many versions old, the freshest first; left out of runs recorded before it was kept. */
  readonly staleness?: readonly (readonly [versions: number, updates: number])[];
  /** What conversions of old updates have cost on the server; left out where there were none. */
  readonly conversions?: ConversionCosts;
  /** Why tasks failed, in words, with how often. */
  readonly failures: ReadonlyMap<string, number>;
}

/** The result of a run in which only the clock ran. */
export interface TimingResult extends Outcome {
  /** How many there were. */
  readonly clients: number;
  /** What each client has given and taken: made when it is asked for, since there may be a million of them. */
  readonly accounts: () => readonly ClientAccount[];
  readonly wallSeconds: number;
}

/** One of several models that were trained side by side. */
export interface ModelResult {
  /** From 0, as in the plan. */
  readonly model: number;
  /** The version it was last published as. */
  readonly version: number;
  /** On held-out data; null where it has diverged, and where the loss has no accuracy. */
  readonly testAccuracy: number | null;
  readonly testLoss: number | null;
  /** SHA-256 of its parameters, as {@link RunResult.modelHash}. */
  readonly modelHash: string;
}

/**
 * The result of a run. Of several models that were trained side by side it is about the one with the lowest held-out loss at the end,
 * which is then a little better on the held-out data than on others.
 */
export interface RunResult extends Outcome {
  readonly data: DataSummary;
  readonly targetAccuracy: number | null;
  /** Left out where there is none. */
  readonly targetLoss?: number;
  /** Only for data whose optimum is known. */
  readonly optimum?: OptimumDistances;
  readonly measurements: readonly Measurement[];
  /** What bytes were spent on, each way: those of transfers that arrived. */
  readonly spent: Readonly<Record<Direction, Spending>>;
  /** All of them, where the plan trains several models. */
  readonly models?: readonly ModelResult[];
  readonly clients: readonly ClientResult[];
  /** Of coded runs, the tasks of the first rounds; left out of all others. */
  readonly tasks?: readonly TaskNote[];
  /** SHA-256 of the last parameters (float32, little-endian) in hexadecimal. */
  readonly modelHash: string;
  /** The last model as an ONNX file. */
  readonly model: Uint8Array;
  /** The same for each of {@link RunResult.models}. */
  readonly modelFiles?: readonly Uint8Array[];
  readonly params: Float32Array;
  readonly layout: Layout;
  readonly wall: WallClock;
  /** From which an interrupted run goes on to the identical result; null for a run that has ended. */
  readonly checkpoint: Uint8Array | null;
}

/** What a run reports while it goes on. */
export interface Progress {
  readonly measurement: Measurement;
  /** Versions that the plan will publish. */
  readonly versions: number;
  readonly wallSeconds: number;
}

/** How far a run is in which only the clock runs. */
export interface TimingProgress {
  readonly version: number;
  /** Versions that the plan will publish. */
  readonly versions: number;
  readonly events: number;
  readonly virtualSeconds: Seconds;
  readonly wallSeconds: number;
}
