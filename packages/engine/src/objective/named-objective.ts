/**
 * Objectives by name and options, as they travel.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { huber } from "./huber.ts";
import { meanSquaredError } from "./mean-squared-error.ts";
import type { Objective, ObjectiveReference } from "./objective.ts";

/** The objective of a reference. Throws Fault "part-unknown" for a name that is not known here. */
export function namedObjective({ name, options }: ObjectiveReference): Objective {
  switch (name) {
    case "cross-entropy":
      return crossEntropy(options);
    case "binary-cross-entropy":
      return binaryCrossEntropy();
    case "mean-squared-error":
      return meanSquaredError();
    case "huber":
      return huber(options);
    default:
      throw new Fault("part-unknown", `there is no objective ${JSON.stringify(name)}`, "Use one of the losses.");
  }
}
