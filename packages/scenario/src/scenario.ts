/**
 * Scenarios: everything that a run is made of, but for the seed.
 *
 * @module
 */
import type { Part, Plan, Seconds } from "@potluck/core";
import type { DataSource, Partitioner } from "@potluck/data";
import type { Fleet } from "./fleet/fleet.ts";
import { crossEntropy } from "./loss/index.ts";
import type { Loss } from "./loss/loss.ts";
import type { ModelSource } from "./model/model-source.ts";

/** A scenario. */
export interface Scenario {
  /** At most 100 lower-case letters, digits and dashes: names the run and its folder. */
  readonly name: string;
  /** One line for people. */
  readonly title?: string;
  readonly model: ModelSource & Part;
  /**
   * What the model is trained for, example by example; cross-entropy by default. It is not called the objective, which is
   * what losses of clients add up to: {@link Scenario.objective}.
   */
  readonly loss?: Loss & Part;
  readonly data: DataSource & Part;
  readonly partition: Partitioner & Part;
  readonly fleet: Fleet & Part;
  readonly plan: Plan;
  /** The server: its own link, which all transfers share max-min fairly, never the narrowest unless given; and its speed. */
  readonly server?: Server;
  /** What the plan is meant to optimise: the mean loss over all training examples, or over clients; "per-example" by default. */
  readonly objective?: "per-example" | "per-client";
  /** The held-out accuracy in (0, 1] whose first reaching is reported; for losses that have one. */
  readonly targetAccuracy?: number;
  /** The held-out loss > 0 that is low enough, whose first reaching is reported; in place of a target accuracy. */
  readonly targetLoss?: number;
  /** Ends the run when the target is reached; false by default. */
  readonly stopAtTarget?: boolean;
  /** Ends the run at this instant of virtual time. */
  readonly maximumSeconds?: Seconds;
  /** Every how many versions the model is evaluated, a whole number ≥ 1; 1 by default. The last always is. */
  readonly evaluateEvery?: number;
}

/** What the server's link carries each way, in bytes per second, > 0; without bound unless given. */
export interface ServerLink {
  /** From clients. */
  readonly uploadBytesPerSecond?: number;
  /** To clients. */
  readonly downloadBytesPerSecond?: number;
}

/** The server. */
export interface Server extends ServerLink {
  /** How fast it computes what plans have it compute, such as conversions: operations per second > 0; 1e13 unless given. */
  readonly flopsPerSecond?: number;
}

/** What the model of a scenario is trained for. */
export function lossOf({ loss }: Pick<Scenario, "loss">): Loss & Part {
  return loss ?? crossEntropy();
}

/** A scenario, checked by its type: the default export of a scenario file. */
export function scenario(description: Scenario): Scenario {
  return description;
}
