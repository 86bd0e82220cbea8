/**
 * What a coordinator answers, as far as the studio shows it: docs/reference/admin-api.md.
 *
 * @module
 */
import {
  array,
  boolean,
  enum as oneOf,
  nullable,
  number,
  object,
  optional,
  record,
  string,
  unknown,
  type ZodMiniType,
} from "zod/mini";
import { type Figures, figuresAnswer, type HistoryRow, historyRow } from "./history.ts";

/** Who looks. */
export interface WhoAnswer {
  readonly name: string | null;
  readonly role: "viewer" | "operator" | "admin";
}

/** A run at a glance. */
export interface Run {
  readonly id: string;
  readonly name: string;
  readonly seed: number;
  /** A digest: the same for runs of the same scenario. */
  readonly scenario: string;
  /** In a few words. */
  readonly plan: string;
  readonly fleet: string;
  readonly clock: "virtual" | "wall";
  /** The experiments that it is one of, and its side in each. */
  readonly experiments: readonly { readonly experiment: string; readonly arm: string }[];
  /** Whether it is hosted where it is asked for, and can be paused and stopped there. */
  readonly isHosted: boolean;
  /** Seconds since 1970. */
  readonly created: number;
  readonly state: "waiting" | "running" | "paused" | "ended";
  readonly ended: string | null;
  /** Of the run's own clock, like all times below. */
  readonly seconds: number;
  readonly version: number;
  readonly accuracy: number | null;
  readonly loss: number | null;
  /** Of which version these two are. */
  readonly measuredVersion: number | null;
  /** Null, here and below, stands for what is not known. */
  readonly clients: { readonly known: number; readonly available: number | null; readonly connected: number | null };
  readonly openTasks: number | null;
  readonly updates: {
    readonly accepted: number;
    readonly late: number | null;
    readonly abandoned: number | null;
    readonly invalid: Readonly<Record<string, number>>;
  };
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** A client of a run. */
export interface Client {
  readonly client: number;
  readonly device: string;
  readonly tier: string;
  readonly examples: number | null;
  readonly timesAsked: number;
  readonly timesAnswered: number;
  /** Answers that went into a model. */
  readonly timesUsed: number;
  /** How long its tasks took in all. */
  readonly taskSeconds: number;
  /** When it last joined or answered. */
  readonly lastSeen: number | null;
  readonly isAvailable: boolean;
  readonly isConnected: boolean;
  readonly task: number | null;
  /** The model version that its task began with. */
  readonly version: number | null;
  /** Whether its answer is on its way. */
  readonly isSending: boolean;
  readonly isRevoked: boolean;
}

/** What was measured of a version. */
export interface Measurement {
  readonly version: number;
  readonly virtualSeconds: number;
  readonly testAccuracy: number | null;
  readonly testLoss: number | null;
  readonly updatesUsed: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** Scores by enemy and by name: docs/reference/scorecard.md. */
export type Scorecard = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A line of a feed: what has changed since the one before. */
export interface News {
  readonly run: Run;
  /** Null where it is not known which there are. */
  readonly clients: readonly Client[] | null;
  /** The oldest first. */
  readonly events: readonly HistoryRow[];
  readonly measurements?: readonly Measurement[] | undefined;
  readonly scorecard?: Scorecard | null | undefined;
  readonly figures?: Figures | null | undefined;
}

/** The shape of an answer to whoever asks who they are. */
export const whoAnswer: ZodMiniType<WhoAnswer> = object({
  name: nullable(string()),
  role: oneOf(["viewer", "operator", "admin"]),
});

const run: ZodMiniType<Run> = object({
  id: string(),
  name: string(),
  seed: number(),
  scenario: string(),
  plan: string(),
  fleet: string(),
  clock: oneOf(["virtual", "wall"]),
  experiments: array(object({ experiment: string(), arm: string() })),
  isHosted: boolean(),
  created: number(),
  state: oneOf(["waiting", "running", "paused", "ended"]),
  ended: nullable(string()),
  seconds: number(),
  version: number(),
  accuracy: nullable(number()),
  loss: nullable(number()),
  measuredVersion: nullable(number()),
  clients: object({ known: number(), available: nullable(number()), connected: nullable(number()) }),
  openTasks: nullable(number()),
  updates: object({
    accepted: number(),
    late: nullable(number()),
    abandoned: nullable(number()),
    invalid: record(string(), number()),
  }),
  bytesUp: number(),
  bytesDown: number(),
});

/** The shape of a list of runs. */
export const runsAnswer: ZodMiniType<{ readonly runs: readonly Run[] }> = object({ runs: array(run) });

const client: ZodMiniType<Client> = object({
  client: number(),
  device: string(),
  tier: string(),
  examples: nullable(number()),
  timesAsked: number(),
  timesAnswered: number(),
  timesUsed: number(),
  taskSeconds: number(),
  lastSeen: nullable(number()),
  isAvailable: boolean(),
  isConnected: boolean(),
  task: nullable(number()),
  version: nullable(number()),
  isSending: boolean(),
  isRevoked: boolean(),
});

const measurement: ZodMiniType<Measurement> = object({
  version: number(),
  virtualSeconds: number(),
  testAccuracy: nullable(number()),
  testLoss: nullable(number()),
  updatesUsed: number(),
  bytesUp: number(),
  bytesDown: number(),
});

const scorecard: ZodMiniType<Scorecard> = record(string(), record(string(), unknown()));

/** The shape of a line of a feed. */
export const newsAnswer: ZodMiniType<News> = object({
  run,
  clients: nullable(array(client)),
  events: array(historyRow),
  measurements: optional(array(measurement)),
  scorecard: optional(nullable(scorecard)),
  figures: optional(nullable(figuresAnswer)),
});
