/**
 * The codecs that methods go with in which both sides remember what was said.
 *
 * @module
 */
import type { Taking } from "./feedback.ts";

/** Codecs with which what is remembered comes closer to what is to be said. */
export const rememberingCodecs: Taking = {
  kinds: ["contractive", "absolute"],
  needs:
    "loses something, and never sends more than there is: what is remembered comes closer to the update with every message",
  remedy: 'Use a codec such as "top-k" or "sign"; leave the feedback out where nothing is lost.',
};
