/**
 * No feedback: what a message loses is lost.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import type { Feedback } from "./feedback.ts";

/** The feedback `none` has no options. */
export type NoFeedbackOptions = Readonly<Record<never, never>>;

/** The feedback `none`. */
export const none: PartFactory<NoFeedbackOptions, Feedback> = definePart<NoFeedbackOptions, Feedback>({
  room: "feedback",
  name: "none",
  about: "What a message loses is lost: clients keep nothing of it.",
  fights: [],
  options: {},
  make: () => ({
    send: ({ trained, anchor, codec, key, kernels }) => ({
      payload: codec.encode(trained, anchor, key, kernels),
      kept: null,
    }),
  }),
});
