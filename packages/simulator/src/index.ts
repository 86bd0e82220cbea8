/**
 * `@potluck/simulator`: pretended time. Devices and links are modelled; training is real.
 *
 * @module
 */
export { analyse, type Analysis, type TierAnalysis } from "./analysis/analysis.ts";
export type { Finding, TaskFailures } from "./analysis/findings.ts";
export type { Availability } from "./fleet/availability.ts";
export type { Device, TaskTimes } from "./fleet/device.ts";
export type { Fleet } from "./fleet/fleet.ts";
export * as fleet from "./fleet/index.ts";
export { type JsonReading, readJson } from "./fleet/json-text.ts";
export { readTimesFile } from "./fleet/recorded-times.ts";
export { type TimesFile, timesCsv } from "./fleet/task-times-text.ts";
export { writeDevices } from "./fleet/trace-devices.ts";
export type { TraceForm } from "./fleet/trace-text.ts";
export { type Contradiction, contradictionIn } from "./contradiction.ts";
export {
  type FromWorker,
  type Hire,
  type HiredWorker,
  type LiveClock,
  type ToWorker,
  type WorkerListener,
} from "./live/messages.ts";
export type { LiveOptions } from "./live/live-run.ts";
export { runLive } from "./live/run-live.ts";
export { type LiveWorker, workLive, type WorkerOptions } from "./live/work-live.ts";
export * as loss from "./loss/index.ts";
export type { Loss } from "./loss/loss.ts";
export * as model from "./model/index.ts";
export type { ModelRequest, ModelSource } from "./model/model-source.ts";
export { MAX_PROBED_ROUNDS, type ProbedTimes, probe, type ProbeOptions } from "./probe/probe.ts";
export { measurementsIn, type SoftwareVersions } from "./run/checkpoint.ts";
export type { ConversionCosts } from "./run/conversions.ts";
export type {
  ClientResult,
  Measurement,
  OptimumDistances,
  Progress,
  RunResult,
  ScoresSoFar,
  TimingProgress,
  TimingResult,
  WallClock,
} from "./run/result.ts";
export type { Conditions, DataSummary, Spread, TierSummary } from "./run/setting.ts";
export { reachesTarget, type Target } from "./run/target.ts";
export { checkFeasible } from "./run/stage.ts";
export { simulate, type SimulationOptions, simulateTiming, type TimingOptions } from "./run/simulate.ts";
export { numberSettings, serverSettings } from "./settings.ts";
export { lossOf, type Scenario, scenario, type Server, type ServerLink } from "./scenario.ts";
