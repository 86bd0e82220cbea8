/**
 * Binary cross-entropy of scores z against targets t in [0, 1]: −t ln σ(z) − (1 − t) ln(1 − σ(z)), the mean over
 * examples. For yes or no told by one number, 1 or 0, and for probabilities. A hit is z > 0 just where t > ½.
 *
 * @module
 */
import { definePart, type PartFactory } from "@potluck/core";
import { binaryCrossEntropy as objective } from "@potluck/engine";
import type { Loss } from "./loss.ts";

/** The loss `binary-cross-entropy`. */
export const binaryCrossEntropy: PartFactory<object, Loss> = definePart<object, Loss>({
  room: "loss",
  name: "binary-cross-entropy",
  about: "For yes or no as a number in [0, 1]: how improbable the model holds it.",
  fights: [],
  options: {},
  make: () => ({ objective: objective(), targetKind: "numbers", hasAccuracy: true, isSquaredError: false }),
});
