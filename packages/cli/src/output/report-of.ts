/**
 * A run's result as a report: what the numbers mean here, in words.
 *
 * @module
 */
import { normalised, waitedRounds } from "@potluck/core";
import { aboutPart, type Spread, type RunOutcome } from "@potluck/scenario";
import type { Report, ReportPart, ReportTier } from "../report/report.ts";
import { gradientAge } from "./gradient-age.ts";
import { optimizerTexts } from "./part-text.ts";
import type { MeasuredAfter } from "./run-outcome.ts";
import { scoresOf } from "./scores-of.ts";
import { finalMeasurement } from "./summary.ts";

/** What a report is made of. */
export interface ReportRequest {
  readonly run: string;
  readonly title: string;
  readonly result: RunOutcome;
  /** The command that repeats the run. */
  readonly command: string;
  /** Wall-clock seconds of each measured version. */
  readonly wallSeconds: MeasuredAfter;
  /** The files beside the report with their sizes in bytes. */
  readonly fileBytes: Readonly<Record<string, number>>;
}

const ABOUT_FILES: Readonly<Record<string, string>> = {
  "metrics.jsonl": "every evaluated version, one a line",
  "model.onnx": "the model, ready for any ONNX runtime",
  "model.safetensors": "its parameters",
  "summary.json": "the result as one object",
  "result.json": "all of the result but the model, from which reports are made",
};

function aboutFile(name: string): string {
  return ABOUT_FILES[name] ?? "one of the models, by its place in the plan";
}

/** The report of a run. */
export function reportOf({ run, title, result, command, wallSeconds, fileBytes }: ReportRequest): Report {
  const age = gradientAge(result);
  return {
    run,
    title,
    seed: result.seed,
    status: result.status,
    ...(result.clock !== undefined && { clock: result.clock }),
    reason: result.ended,
    command,
    ...(result.warnings !== undefined && { warnings: result.warnings }),
    headline: headlineOf(result),
    targetAccuracy: result.targetAccuracy,
    ...(result.targetLoss !== undefined && { targetLoss: result.targetLoss }),
    ...(result.optimum !== undefined && { optimum: result.optimum }),
    evaluations: result.measurements.map(({ testAccuracy, testLoss, testRmse, testR2, ...rest }) => ({
      ...rest,
      accuracy: testAccuracy,
      loss: testLoss,
      ...(testRmse !== undefined && { rmse: testRmse }),
      ...(testR2 !== undefined && { r2: testR2 }),
      wallSeconds: wallSeconds.get(rest.version) ?? result.wall.wallSeconds,
    })),
    clients: clientsOf(result),
    ...(result.spent !== undefined && { spent: result.spent }),
    objective: objectiveOf(result),
    staleness: stalenessOf(result),
    ...(result.conversions !== undefined && { conversions: result.conversions }),
    ...(result.tasks !== undefined && {
      tasks: result.tasks,
      waitedRounds: waitedRounds(result.tasks, result.settings["patience"] ?? 0),
    }),
    ...(age !== null && { gradientAge: age }),
    ...(result.models !== undefined && { models: modelsOf(result, result.models) }),
    classes: result.scorecard.starvation.accuracyPerClass.map((accuracy, label) => ({
      label: result.data.classNames?.[label] ?? String(label),
      examples: result.data.testPerClass[label] ?? 0,
      accuracy,
    })),
    scorecard: scoresOf(result),
    plan: planOf(result),
    fleet: fleetOf(result),
    data: result.data,
    files: Object.entries(fileBytes).map(([name, sizeBytes]) => ({ name, about: aboutFile(name), sizeBytes })),
  };
}

function headlineOf(result: RunOutcome): Report["headline"] {
  const last = finalMeasurement(result);
  return {
    testAccuracy: last?.testAccuracy ?? null,
    testLoss: last?.testLoss ?? null,
    rounds: result.versions,
    virtualSeconds: result.virtualSeconds,
    wallSeconds: result.wall.wallSeconds,
    bytesUp: result.scorecard.bottleneck.bytesUp,
    bytesDown: result.scorecard.bottleneck.bytesDown,
    modelHash: result.modelHash,
  };
}

function objectiveOf({ conditions, effectiveObjective }: RunOutcome): Report["objective"] {
  const { bias, effectiveClients } = effectiveObjective;
  return { asked: conditions.objective, bias, effectiveClients };
}

function stalenessOf({ scorecard }: RunOutcome): Report["staleness"] {
  const { stalenessP50: median, stalenessP95: percentile95, stalenessMax: maximum } = scorecard.delay;
  return median === null || percentile95 === null || maximum === null ? null : { median, percentile95, maximum };
}

function clientsOf({ clients, effectiveObjective }: RunOutcome): Report["clients"] {
  const voices = normalised(clients.map(({ contribution }) => contribution));
  // Before the first version there is no mean over versions.
  const shares = normalised(clients.map(({ dataShare }) => dataShare));
  const holdings = normalised(clients.map(({ examples }) => examples));
  return clients.map((client, at) => {
    const heard = effectiveObjective.clients[at];
    return {
      id: String(client.id),
      tier: client.tier,
      examples: client.examples,
      timesAsked: client.timesAsked,
      timesUsed: client.timesUsed,
      isAtWork: client.taskOut !== null,
      contribution: voices[at] ?? 0,
      pull: heard?.realised ?? 0,
      pullError: heard?.standardError ?? null,
      asked: heard?.asked ?? 0,
      dataShare: (shares.some((share) => share > 0) ? shares[at] : holdings[at]) ?? 0,
      accuracy: client.testAccuracy,
      busySeconds: client.busySeconds,
    };
  });
}

function modelsOf(
  { parts, modelHash }: RunOutcome,
  models: NonNullable<RunOutcome["models"]>,
): NonNullable<Report["models"]> {
  const optimizers = optimizerTexts(parts);
  return models.map((one) => ({
    number: one.model,
    optimizer: optimizers[one.model] ?? "",
    version: one.version,
    accuracy: one.testAccuracy,
    loss: one.testLoss,
    isBest: one.modelHash === modelHash,
  }));
}

function planOf({ parts }: RunOutcome): readonly ReportPart[] {
  return parts.map((part) => ({ ...part, about: aboutPart(part) }));
}

function fleetOf({ tiers }: RunOutcome): readonly ReportTier[] {
  return tiers.map(({ tier, devices, flopsPerSecond, uploadBytesPerSecond, downloadBytesPerSecond }) => ({
    name: tier,
    devices,
    flopsPerSecond: modelled(flopsPerSecond),
    uploadBytesPerSecond: modelled(uploadBytesPerSecond),
    downloadBytesPerSecond: modelled(downloadBytesPerSecond),
  }));
}

/** What has no bound is not modelled. A result that was read from its file has null for infinity. */
function modelled({ low, median, high }: Spread): Spread | null {
  return [low, median, high].every((rate) => Number.isFinite(rate)) ? { low, median, high } : null;
}
