/**
 * The summary of a run: lines for people, one object for programs.
 *
 * @module
 */
import {
  bytes,
  counted,
  decimal,
  duration,
  NOT_MEASURED,
  percent,
  hasAccuracy,
  heldOutLossText,
  targetWords,
} from "@potluck/comparison";
import type { Measurement, RunOutcome } from "@potluck/scenario";
import { clockWord, runTime, wholeTime } from "../report/clock-words.ts";
import { conversionRows, objectiveText } from "./clock-summary.ts";
import { rmseUnit } from "../report/rmse-unit.ts";
import { gradientAge } from "./gradient-age.ts";
import { optimizerTexts } from "./part-text.ts";
import { NO_UPDATE } from "./scores-of.ts";
import { potluckLine } from "./shell-command.ts";
import { row, textTable } from "./text-table.ts";

/** Where a run's files lie. */
export interface RunPlace {
  readonly run: string;
  /** The folder, as the user would type it. */
  readonly path: string;
  /** The folder of the store that the run is in. */
  readonly store: string;
}

/** The measurement of the last model; undefined where it has diverged so far that nothing can be measured. */
export function finalMeasurement({ measurements, versions, models, modelHash }: RunOutcome): Measurement | undefined {
  const last = models?.find((model) => model.modelHash === modelHash)?.version ?? versions;
  return measurements.find(({ version }) => version === last);
}

/** The object that `--format json` prints and `summary.json` holds. */
export function summaryObject(
  result: RunOutcome,
  { run, path }: Omit<RunPlace, "store">,
): Readonly<Record<string, unknown>> {
  const last = finalMeasurement(result);
  return {
    run,
    ...(result.clock !== undefined && { clock: result.clock }),
    scenario: result.scenario,
    status: result.status,
    ended: result.ended,
    warnings: result.warnings ?? [],
    seed: result.seed,
    rounds: result.versions,
    virtualSeconds: result.virtualSeconds,
    wallSeconds: result.wall.wallSeconds,
    testAccuracy: last?.testAccuracy ?? null,
    testLoss: last?.testLoss ?? null,
    ...(last?.testRmse !== undefined && { testRmse: last.testRmse }),
    ...(last?.testR2 !== undefined && { testR2: last.testR2 }),
    ...(result.optimum !== undefined && { optimum: result.optimum }),
    bytesUp: result.scorecard.bottleneck.bytesUp,
    bytesDown: result.scorecard.bottleneck.bytesDown,
    modelHash: result.modelHash,
    ...(result.models !== undefined && { models: result.models }),
    scorecard: result.scorecard,
    effectiveObjective: {
      bias: result.effectiveObjective.bias,
      effectiveClients: result.effectiveObjective.effectiveClients,
    },
    parts: result.parts,
    settings: result.settings,
    ...(result.conversions !== undefined && { conversions: result.conversions }),
    failures: Object.fromEntries(result.failures),
    wall: result.wall,
    folder: path,
  };
}

/** Whether a run was interrupted and can go on: one with a checkpoint, as only those in virtual time have. */
function isResumable({ status, clock }: Pick<RunOutcome, "status" | "clock">): boolean {
  return status === "interrupted" && clock !== "wall";
}

/** What is printed at the end of a run. */
export function summaryLines(result: RunOutcome, { run, path, store }: RunPlace): readonly string[] {
  return [
    `${result.status}: ${result.ended}`,
    ...(isResumable(result) ? [row("go on with", potluckLine(["simulate", "--resume", run], store))] : []),
    "",
    ...heldOutRows(result),
    row("versions", String(result.versions)),
    ...ageRows(result),
    row(runTime(result), duration(result.virtualSeconds)),
    row(wholeTime(result), duration(result.wall.wallSeconds)),
    row("model hash", result.modelHash.slice(0, 16)),
    "",
    ...enemyLines(result),
    ...conversionRows(result),
    ...modelLines(result),
    ...[...result.failures].map(([reason, times]) => row("failed tasks", `${counted(times, "time")}: ${reason}`)),
    "",
    row("report", `${path}/report.html`),
    row("also there", "metrics.jsonl, summary.json, result.json, model.onnx, model.safetensors"),
    ...(result.models === undefined ? [] : [row("", `model-0.onnx … model-${result.models.length - 1}.onnx`)]),
  ];
}

/** How good each model is, where there are several: the run is about the best. */
function modelLines({ models, modelHash, parts }: RunOutcome): readonly string[] {
  if (models === undefined) return [];
  const optimizers = optimizerTexts(parts);
  const rows = models.map((one) => [
    String(one.model),
    optimizers[one.model] ?? "",
    percent(one.testAccuracy),
    one.testLoss === null ? NOT_MEASURED : heldOutLossText({ ...one, testLoss: one.testLoss }),
    one.modelHash === modelHash ? "best: all other figures are of this one" : "",
  ]);
  return ["", ...textTable(["model", "optimizer", "test accuracy", "test loss", ""], rows, [2, 3])];
}

/** How good the last model is on held-out data, and how far from the optimum where that is known. */
function heldOutRows(result: RunOutcome): readonly string[] {
  const last = finalMeasurement(result);
  const accuracy = last === undefined ? null : last.testAccuracy;
  return [
    ...(hasAccuracy(result) ? [row("test accuracy", percent(accuracy))] : []),
    row("test loss", last === undefined ? NOT_MEASURED : heldOutLossText(last)),
    ...(last?.testRmse === undefined ? [] : [row("test RMSE", `${decimal(last.testRmse)}${rmseUnit(result.parts)}`)]),
    ...(last?.testR2 === undefined ? [] : [row("test R²", decimal(last.testR2))]),
    ...(result.optimum === undefined ? [] : [row("optimum", optimumText(result.optimum))]),
  ];
}

function ageRows(outcome: RunOutcome): readonly string[] {
  const age = gradientAge(outcome);
  if (age === null) return [];
  const { versions, delay, models } = age;
  return [
    row("gradients", `up to ${counted(versions, "version")} old: the code has a delay of ${counted(delay, "round")}`),
    row("", `none would be old with ${delay + 1} models side by side, instead of ${models}`),
  ];
}

function optimumText({ toAsked, toRealised }: NonNullable<RunOutcome["optimum"]>): string {
  const realised = toRealised === null ? "" : `, ${decimal(toRealised)} from that of the weighting that was realised`;
  return `${decimal(toAsked)} away from that of the weighting that was asked for${realised}`;
}

function enemyLines(outcome: RunOutcome): readonly string[] {
  const { scorecard } = outcome;
  const { starvation, delay, unfairShare, bottleneck } = scorecard;
  const neverUsed = `${counted(starvation.clientsNeverUsed, "client")} never used`;
  const { contributionGap } = unfairShare;
  const gap = contributionGap === null ? NO_UPDATE : `contribution gap ${percent(contributionGap)}`;
  const worstTenth = hasAccuracy(outcome)
    ? `, accuracy of the worst tenth ${percent(starvation.worstDecileAccuracy)}`
    : "";
  return [
    row("starvation", `${neverUsed}${worstTenth}`),
    row("delay", `${percent(delay.idleShare)} of client time idle, ${timeToTarget(outcome)}`),
    row("unfair share", `${percent(unfairShare.wastedWorkShare)} of the work wasted, ${gap}`),
    row("bottleneck", `${bytes(bottleneck.bytesUp)} up, ${bytes(bottleneck.bytesDown)} down`),
    row("optimised", objectiveText(outcome)),
  ];
}

function timeToTarget(outcome: RunOutcome): string {
  const seconds = outcome.scorecard.delay.secondsToTarget;
  const target = targetWords(outcome);
  if (target === null) return "no target was set";
  return seconds === null
    ? `time to target: never (target ${target})`
    : `time to target: ${duration(seconds)} (${clockWord(outcome)})`;
}
