/**
 * `@potluck/server`: real time. A coordinator hosts runs for devices that come and go, and survives whatever happens to it.
 *
 * @module
 */
export type { AdminKey } from "./access/admin-keys.ts";
export type { TokenRecord } from "./access/tokens.ts";
export { type LogLevel, logLevels, openLog } from "./log.ts";
export type {
  ClientOverview,
  EventsSince,
  ExperimentMembership,
  NoModel,
  RefusedAnswer,
  ReportPage,
  RunOverview,
  RunsView,
  TaskOverview,
  WantedModel,
} from "./http/runs-view.ts";
export { type Coordinator, openCoordinator } from "./coordinator.ts";
export type { CoordinatedRun, CoordinatorOptions, RunRequest } from "./coordinator-options.ts";
export { pagePolicy } from "./http/pages.ts";
export { openRunsSite, type RunsSite } from "./runs-site.ts";
export { scenarioDigest } from "./run/run-words.ts";
export type { RunRecord } from "./store/registry.ts";
export { type JournaledRun, journaledRun, type Replayed, replayRun } from "./run/replay.ts";
