/**
 * The contract of downloads: how the model goes down to clients.
 *
 * @module
 */
import type { Codec } from "../codec/codec.ts";

/** How the model goes down. */
export interface Download {
  /** What sends its changes from version to version; null where it goes down whole. */
  readonly changes: Codec | null;
}
