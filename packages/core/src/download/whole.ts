/**
 * The model goes down whole, with every task: 4 bytes for each parameter.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import type { Download } from "./download.ts";

/** The download `whole` has no options. */
export type WholeOptions = Readonly<Record<never, never>>;

/** The download `whole`. */
export const whole: PartFactory<WholeOptions, Download> = definePart<WholeOptions, Download>({
  room: "download",
  name: "whole",
  about: "The model goes down whole with every task, nothing lost.",
  fights: [],
  options: {},
  make: () => ({ changes: null }),
});
