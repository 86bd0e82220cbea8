/**
 * No conversion: an update is used as the client made it, however old the version is that it started from.
 *
 * @module
 */
import type { PartFactory } from "../part/part.ts";
import { type Conversion, defineConversion } from "./conversion.ts";

/** The conversion `none` has no options. */
export type NoConversionOptions = Readonly<Record<never, never>>;

/** The conversion `none`. */
export const none: PartFactory<NoConversionOptions, Conversion<unknown>> = defineConversion<NoConversionOptions, null>({
  room: "conversion",
  name: "none",
  about: "An update is used as its client made it, however old it is.",
  fights: [],
  options: {},
  make: () => ({ init: () => null, inversion: () => null, hear: () => {}, trust: () => 0 }),
});
