/**
 * `@potluck/server`: real time. A coordinator hosts runs for devices that come and go, and survives whatever happens to it.
 *
 * @module
 */
export {
  type CoordinatedRun,
  type Coordinator,
  type CoordinatorOptions,
  openCoordinator,
  type RunRequest,
} from "./coordinator.ts";
export { type Replayed, replayRun } from "./run/replay.ts";
