/**
 * What the weights of a convolution see: the contract between convolutions and the forms of their weights' gradient.
 *
 * @module
 */
import type { Window } from "./windows.ts";

/** An image that windows slide over, and what belongs to their positions. */
export interface Slid {
  /** The value that the windows slide over, [batch, channels, …cells]. */
  readonly image: string;
  /** The value that has one entry for each position of the windows, [batch, filters, …positions]. */
  readonly map: string;
  /** The windows along each spatial axis. */
  readonly windows: readonly Window[];
  /** The number of groups that channels and filters fall into. */
  readonly groups: number;
}
