/**
 * `@potluck/client`: the runtime of a device.
 *
 * @module
 */
export { type DeviceKey, newDeviceKey, savedDeviceKey } from "./device-key.ts";
export { join, type JoinOptions, type LocalData, type Participation, type ParticipantState } from "./join.ts";
export type { Pace, PacedTask } from "./pace.ts";
