/**
 * `@potluck/protocol`: what coordinators and clients say to one another.
 *
 * @module
 */
export { type BlobName, hexOf, MAX_MESSAGE_BYTES, MessageError } from "./fields.ts";
export { agreedVersion, joinStatement, PROTOCOL_VERSIONS } from "./handshake.ts";
export { type Acknowledgement, decodeToClient, encodeToClient, type Outcome, type ToClient } from "./to-client.ts";
export { decodeToServer, encodeToServer, type DeviceProfile, type Submission, type ToServer } from "./to-server.ts";
export type { WireChanges, WireGradientTask, WireTask, WireTrainingTask } from "./tasks.ts";
