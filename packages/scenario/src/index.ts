/**
 * `@potluck/scenario`: what is run, whatever drives it: scenarios and their parts, what is measured of a run, what it leaves behind.
 *
 * @module
 */
export { type Contradiction, contradictionIn, invertsUpdates, warningsIn } from "./contradiction.ts";
export type { Arrival, ArrivalAt } from "./arrivals.ts";
export { aboutPart, catalogue, definitionOf, definitions, rooms } from "./catalogue.ts";
export { type Availability, nextChange, startsOnline } from "./fleet/availability.ts";
export { type ComputeCost, computeSecondsOf, type Device, latencyOf, type TaskTimes } from "./fleet/device.ts";
export type { Fleet } from "./fleet/fleet.ts";
export * as fleet from "./fleet/index.ts";
export {
  DRAWN_ROUNDS_LIMIT,
  DRAWN_WORKERS_LIMIT,
  type Figured,
  figuresOf,
  type GroupImportance,
  type RunFigures,
} from "./history/figures.ts";
export { type FleetReplay, fleetReplay, type ReplayedClient, type ReplayedCounts } from "./history/fleet-replay.ts";
export { type Happened, historyOf, type HistoryRow, historyText, roundedInstant } from "./history/history.ts";
export { type JsonReading, readJson } from "./fleet/json-text.ts";
export { readTimesFile } from "./fleet/recorded-times.ts";
export { type TimesFile, timesCsv } from "./fleet/task-times-text.ts";
export { writeDevices } from "./fleet/trace-devices.ts";
export type { TraceForm } from "./fleet/trace-text.ts";
export * as loss from "./loss/index.ts";
export type { Loss } from "./loss/loss.ts";
export { type Gauge, type GaugeState, INITIAL_GAUGE } from "./measure/gauge.ts";
export { objectiveOf } from "./measure/objective.ts";
export { runGauge } from "./measure/run-gauge.ts";
export { spentDown, spentUp } from "./measure/spent.ts";
export { type Standing, standingOf } from "./measure/standing.ts";
export { endingAfter, reachesTarget, type Target } from "./measure/target.ts";
export * as model from "./model/index.ts";
export type { ModelRequest, ModelSource } from "./model/model-source.ts";
export { type Ending, type Failures, type FailureTally, noteFailure, noteInvalid } from "./result/ending.ts";
export { outcomeFrom, type PlainOutcome, plainOutcome, type RunOutcome } from "./result/outcome.ts";
export { type EndedSimulation, resultOf, timingResultOf } from "./result/result-of.ts";
export type {
  ClientResult,
  ConversionCosts,
  Measurement,
  OptimumDistances,
  Progress,
  RunResult,
  ScoresSoFar,
  TimingProgress,
  TimingResult,
  WallClock,
} from "./result/result.ts";
export { modelHashOf, sha256, SHA256_BYTES } from "./result/sha256.ts";
export { scenarioJsonSchema } from "./document/json-schema.ts";
export { assertScenario, parsePlan, parseScenario } from "./document/parse.ts";
export type { PartEntry } from "./document/part-schema.ts";
export { type FederatedPlanFile, isCoded, type PlanFile } from "./document/plan-schema.ts";
export type { ScenarioFile } from "./document/scenario-schema.ts";
export { scenarioToJson } from "./document/write.ts";
export { lossOf, type Scenario, scenario, type Server, type ServerLink } from "./scenario.ts";
export { partWords, planWords } from "./words.ts";
export { numberSettings, serverSettings } from "./settings.ts";
export { type Conditions, conditionsOf, type DataSummary, type Spread, type TierSummary } from "./stage/setting.ts";
export {
  checkFeasible,
  NO_PARAMS,
  setClock,
  setStage,
  type Stage,
  type StageRequest,
  type TrainingStage,
} from "./stage/stage.ts";
