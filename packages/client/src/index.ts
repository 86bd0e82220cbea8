/**
 * `@potluck/client`: the runtime of a device, the same in Node and in a page.
 *
 * @module
 */
export { openStore } from "#platform";
export type { BlobCache } from "./blob-cache.ts";
export type { Clock } from "./clock.ts";
export type { Contribution } from "./contribution.ts";
export { join, type JoinOptions, type Means, type Participation } from "./join.ts";
export type { Obstacle, OwnerLimits, Shortage, Signals, SignalSource } from "./limits.ts";
export { type Link, linkIn } from "./link.ts";
export type { DeviceData, LocalData, PlainExamples } from "./local-data.ts";
export { obstacleWords, type ParticipantState, stateWords } from "./state.ts";
export { type DeviceStore, memoryStore } from "./store.ts";
export type { Ending } from "./visit.ts";
