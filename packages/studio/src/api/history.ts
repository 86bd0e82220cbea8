/**
 * What has happened to a run, and what pictures of it are made of, as a coordinator tells it.
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
  string,
  tuple,
  union,
  type ZodMiniType,
} from "zod/mini";

/** What happens. */
export const historyKinds = [
  "joined",
  "left",
  "started",
  "asked",
  "answered",
  "failed",
  "recalled",
  "refused",
  "published",
  "paused",
  "resumed",
  "ended",
] as const;
export type HistoryKind = (typeof historyKinds)[number];

/** When, in seconds of the run; what; the client, the task and the model version that it is about; and what else there is to say. */
export type HistoryRow = readonly [
  at: number,
  what: HistoryKind,
  client: number | null,
  task: number | null,
  version: number | null,
  more?: string | number | undefined,
];

/** The shape of a row. */
export const historyRow: ZodMiniType<HistoryRow> = tuple([
  number(),
  oneOf(historyKinds),
  nullable(number()),
  nullable(number()),
  nullable(number()),
  optional(union([string(), number()])),
]);

/** A group of clients: what they were to count for, and what they did. */
export interface Group {
  readonly group: string;
  readonly clients: number;
  readonly asked: number;
  readonly realised: number;
}

/** A task of a coded run. */
export interface CodedTask {
  readonly round: number;
  readonly worker: number;
  readonly fate: string;
  readonly repeats: boolean;
  readonly standsIn: boolean;
}

/** What pictures are made of. */
export interface Figures {
  /** How many updates were used that were so many versions old. */
  readonly staleness: readonly (readonly [versions: number, updates: number])[];
  readonly objective: {
    readonly asked: "per-example" | "per-client";
    readonly bias: number | null;
    readonly groups: readonly Group[];
  };
  readonly tasks: readonly CodedTask[];
}

/** The shape of figures. */
export const figuresAnswer: ZodMiniType<Figures> = object({
  staleness: array(tuple([number(), number()])),
  objective: object({
    asked: oneOf(["per-example", "per-client"]),
    bias: nullable(number()),
    groups: array(object({ group: string(), clients: number(), asked: number(), realised: number() })),
  }),
  tasks: array(object({ round: number(), worker: number(), fate: string(), repeats: boolean(), standsIn: boolean() })),
});
