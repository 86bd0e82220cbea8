/**
 * The contract of losses: how what a model says is compared with what is right. Each is an objective of the engine by
 * name and options.
 *
 * @module
 */
import type { TargetKind } from "@potluck/core";
import type { Objective } from "@potluck/engine";

/** What a model is trained for. */
export interface Loss {
  readonly objective: Objective;
  /** What examples must come with. */
  readonly targetKind: TargetKind;
  /** Whether it says of each example if the right answer was given, so that there is an accuracy. */
  readonly hasAccuracy: boolean;
  /** Whether it is the mean squared error, from which the root of it and R² follow. */
  readonly isSquaredError: boolean;
}
