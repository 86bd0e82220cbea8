/**
 * What conversions of old updates have cost the server, in words.
 *
 * @module
 */
import { counted, duration, percent, quantity } from "@potluck/comparison";
import type { ConversionCosts } from "@potluck/scenario";

/** "21 old updates converted on the server: 4.19 billion operations, 0.4 s; 49.1% of an update not explained on average". */
export function conversionText({ conversions, failed, flops, seconds, meanDistance }: ConversionCosts): string {
  const inVain = failed === 0 ? "" : `, ${failed} of them in vain`;
  const missed = meanDistance === null ? "" : `; ${percent(meanDistance)} of an update not explained on average`;
  const cost = `${quantity(flops)} operations, ${duration(seconds)}`;
  return `${counted(conversions, "old update")} converted on the server${inVain}: ${cost}${missed}`;
}
