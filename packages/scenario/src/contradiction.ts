/**
 * Contradictions between the parts of a scenario, as far as they are known before anything is loaded.
 *
 * @module
 */
import type { TargetKind, Warning } from "@potluck/core";
import { lossOf, type Scenario } from "./scenario.ts";

/** Two parts or settings that do not go together. */
export interface Contradiction {
  /** The field of the scenario that it is told of. */
  readonly field: "loss" | "partition" | "targetAccuracy" | "targetLoss" | "stopAtTarget";
  readonly message: string;
  readonly remedy: string;
}

/** The first contradiction in `scenario`, or null. */
export function contradictionIn(scenario: Scenario): Contradiction | null {
  return inLoss(scenario) ?? inConversion(scenario) ?? inPartition(scenario) ?? inTarget(scenario);
}

/** What may go wrong with a scenario although nothing in it contradicts anything: it is run all the same. */
export function warningsIn({ plan }: Pick<Scenario, "plan">): readonly Warning[] {
  return plan.warnings ?? [];
}

const COMES_WITH: Readonly<Record<TargetKind, string>> = { classes: "classes", numbers: "numbers to predict" };

function inLoss(scenario: Scenario): Contradiction | null {
  const { data } = scenario;
  const loss = lossOf(scenario);
  const given = data.targetKind ?? "classes";
  if (loss.targetKind === given) return null;
  const name = `loss "${loss.part.name}"${scenario.loss === undefined ? ", the default," : ""}`;
  const message = `${name} compares with ${loss.targetKind}, and data "${data.part.name}" comes with ${COMES_WITH[given]}`;
  const remedy =
    given === "numbers"
      ? "Choose a loss of numbers, such as mean-squared-error, or data with classes."
      : "Choose the loss cross-entropy, or data with numbers to predict, such as csv with targetAs number.";
  return { field: "loss", message, remedy };
}

/** Whether the plan has the server make up the examples behind updates. */
export function invertsUpdates({ plan }: Pick<Scenario, "plan">): boolean {
  return plan.parts.some(({ room, name }) => room === "conversion" && name === "gradient-inversion");
}

function inConversion(scenario: Scenario): Contradiction | null {
  const { name } = lossOf(scenario).part;
  if (!invertsUpdates(scenario) || name === "cross-entropy") return null;
  const message = `conversion "gradient-inversion" makes up examples of classes, and the model is trained for the loss "${name}"`;
  return { field: "loss", message, remedy: 'Use conversion "none", or data with classes and the loss cross-entropy.' };
}

/** Whether clients compute parts of one gradient, of data that they share. */
function sharesData({ plan }: Scenario): boolean {
  return plan.parts.some(({ room }) => room === "coding");
}

function inPartition(scenario: Scenario): Contradiction | null {
  const { partition, data } = scenario;
  if (sharesData(scenario) && partition.isShared !== true) {
    const message = `the plan has clients compute parts of one gradient, and with the partition "${partition.part.name}" they hold different examples`;
    return { field: "partition", message, remedy: "Use the partition replicated." };
  }
  if (partition.byClass !== true || data.targetKind !== "numbers") return null;
  const message = `partition "${partition.part.name}" deals rows by their classes, and data "${data.part.name}" comes with numbers to predict`;
  return { field: "partition", message, remedy: "Use the partition iid, dirichlet-quantity or by-key." };
}

function inTarget(scenario: Scenario): Contradiction | null {
  const { targetAccuracy, targetLoss, stopAtTarget } = scenario;
  if (stopAtTarget === true && targetAccuracy === undefined && targetLoss === undefined) {
    const remedy = "Set targetAccuracy or targetLoss, or leave stopAtTarget out.";
    return { field: "stopAtTarget", message: "stopAtTarget is set, and there is no target", remedy };
  }
  if (targetAccuracy === undefined) return null;
  if (targetLoss !== undefined) {
    const message = "targetAccuracy and targetLoss are both set";
    return { field: "targetLoss", message, remedy: "Set one of the two." };
  }
  const { hasAccuracy, part } = lossOf(scenario);
  if (hasAccuracy) return null;
  const message = `targetAccuracy is set, and the loss "${part.name}" has no accuracy`;
  return { field: "targetAccuracy", message, remedy: "Set targetLoss instead." };
}
