/**
 * The parts of a federated plan: which decisions there are, and what decides them by default.
 *
 * @module
 */
import type { Aggregation } from "../aggregation/aggregation.ts";
import type { Codec } from "../codec/codec.ts";
import type { Download } from "../download/download.ts";
import type { Feedback } from "../feedback/feedback.ts";
import type { Conversion } from "../conversion/conversion.ts";
import type { Pacing } from "../pacing/pacing.ts";
import type { Participation } from "../participation/participation.ts";
import type { Part, Room } from "../part/part.ts";
import type { Selection } from "../selection/selection.ts";
import type { ServerOptimizer } from "../server-optimizer/server-optimizer.ts";
import type { Solver } from "../solver/solver.ts";
import type { Staleness } from "../staleness/staleness.ts";
import type { Weighting } from "../weighting/weighting.ts";
import type { Work } from "./task.ts";
import type { UpdateLimits } from "./update-limits.ts";

/** The parts and settings of a federated plan. */
export interface FederatedOptions {
  /** When to aggregate and whom to give work. */
  readonly pacing: Pacing<unknown> & Part;
  /** Whom to ask; `uniform()` by default. */
  readonly selection?: Selection & Part;
  /** How much an update counts; by default `byExamples()`, or `uniform()` where its weight cancels or memories are averaged alike. */
  readonly weighting?: Weighting & Part;
  /** How much less it counts because of its age; `constant()`, not at all, by default. */
  readonly staleness?: Staleness & Part;
  /** How much more it counts because its client is seldom heard; `uncorrected()`, not at all, by default. */
  readonly participation?: Participation<unknown> & Part;
  /** How updates become one; `mean()` by default. */
  readonly aggregation?: Aggregation<unknown> & Part;
  /** What to do with the aggregate; `sgd({ learningRate: 1 })` by default. */
  readonly serverOptimizer?: ServerOptimizer & Part;
  /** What a client runs. */
  readonly solver: Solver & Part;
  /** How much a client works on each task. */
  readonly work: Work;
  /** How the model goes down; `whole()` by default. */
  readonly download?: Download & Part;
  /** How updates travel; `identity()` by default. */
  readonly upload?: Codec & Part;
  /** What clients remember from one message to the next; `none()`, nothing, by default. */
  readonly feedback?: Feedback & Part;
  /** What becomes of old updates; `none()`, nothing, by default. */
  readonly conversion?: Conversion<unknown> & Part;
  /** What updates have to keep within, or they are refused; nothing by default. */
  readonly limits?: UpdateLimits;
  /** The run is finished when this many versions were published, a whole number ≥ 1. */
  readonly versions: number;
}

/** The fields of a plan that hold parts, each with the room that its part comes from. */
export const planRooms: Readonly<Record<PlanField, Room>> = {
  pacing: "pacing",
  selection: "selection",
  weighting: "weighting",
  staleness: "staleness",
  participation: "participation",
  conversion: "conversion",
  aggregation: "aggregation",
  serverOptimizer: "server-optimizer",
  solver: "solver",
  download: "download",
  upload: "codec",
  feedback: "feedback",
};

/** A field of a plan that holds a part. */
export type PlanField = Exclude<keyof FederatedOptions, "work" | "limits" | "versions">;

/** A complete federated plan. */
export type FederatedParts = Required<FederatedOptions>;
