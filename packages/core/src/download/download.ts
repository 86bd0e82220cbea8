/**
 * The contract of downloads: how the model goes down to clients.
 *
 * @module
 */
import type { Codec } from "../codec/codec.ts";
import type { Part } from "../part/part.ts";

/** How the model goes down. */
export interface Download {
  /** What sends its changes from version to version; null where it goes down whole. */
  readonly changes: (Codec & Part) | null;
  /** Whether the model that clients have then is the published one, so that what the codec loses is lost; left out where it is not. */
  readonly drops?: boolean;
}
