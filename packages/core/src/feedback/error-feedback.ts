/**
 * Error feedback: what a message loses is kept by its client and added to the next one, so that nothing is lost but late.
 *
 *     y = x + e,   C(y) is sent,   e ← y − C(y)        x = trained − anchor, e = 0 at first
 *
 * Over a client's messages Σ C(y) = Σ x − e: with a codec that is contractive, E‖C(y) − y‖² ≤ (1 − δ)‖y‖², what is kept stays
 * within a constant of the size of the updates, ‖e‖ ≤ √(1 − δ) / (1 − √(1 − δ)) · max ‖x‖.
 *
 * Karimireddy, Rebjock, Stich, Jaggi, "Error feedback fixes SignSGD and other gradient compression schemes", ICML 2019.
 * https://arxiv.org/abs/1901.09847 In rounds in which only some take part, as here: Li, Li, "Analysis of error feedback in
 * federated non-convex optimization with biased compression: fast convergence and partial participation", ICML 2023.
 * https://arxiv.org/abs/2211.14292
 *
 * Pitfall: what is kept grows old while its client is not asked. {@link ErrorFeedbackOptions.maximumAge} forgets it.
 *
 * Trust: none beyond the codec's. What a client keeps says what it has not sent yet, so it is as private as its data.
 *
 * @module
 */
import { errorFeedbackPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Feedback, Kept, Outgoing, Sent } from "./feedback.ts";
import { keeping, passed } from "./passed.ts";

/** Options of {@link errorFeedback}. */
export interface ErrorFeedbackOptions {
  /** Versions after which a client forgets what it kept, a whole number ≥ 1; null, never, by default. */
  readonly maximumAge?: number | null;
}

/** The feedback `error-feedback`. Throws Fault "option-invalid". */
export const errorFeedback: PartFactory<ErrorFeedbackOptions, Feedback> = definePart<ErrorFeedbackOptions, Feedback>({
  room: "feedback",
  name: "error-feedback",
  about: "What a message loses is kept by its client and added to its next one.",
  fights: ["bottleneck"],
  paper: errorFeedbackPaper,
  options: {
    maximumAge: {
      kind: "number",
      integer: true,
      minimum: 1,
      default: null,
      about: "versions after which a client forgets what it kept; null: never",
    },
  },
  make: ({ maximumAge }) => ({
    isDifference: true,
    takes: {
      kinds: ["contractive", "absolute"],
      needs:
        "loses something, and never sends more than there is: what it loses is kept and sent again, and noise would grow",
      remedy:
        'Use a codec such as "top-k" or "sign"; leave the feedback out where nothing is lost or all is right on average.',
    },
    send: (outgoing) => send(outgoing, maximumAge ?? Infinity),
  }),
});

function send(outgoing: Outgoing, maximumAge: number): Sent {
  const { trained, anchor, version } = outgoing;
  const kept = outgoing.kept !== null && version - outgoing.kept.version <= maximumAge ? outgoing.kept : null;
  const y = withKept(trained, anchor, kept);
  const { payload, arrived } = passed(y, outgoing);
  // What the server will refuse teaches nothing: the client goes on from what it kept before.
  if (arrived === null) return { payload, kept };
  return { payload, kept: keeping({ version, kept }, [y.map((sent, i) => sent - (arrived[i] ?? 0))]) };
}

function withKept(trained: Float32Array, anchor: Float32Array, kept: Kept | null): Float32Array {
  const [lost] = kept?.vectors ?? [];
  return trained.map((end, i) => end - (anchor[i] ?? 0) + (lost?.[i] ?? 0));
}
