/**
 * EF21-W: EF21 with clients weighed by how smooth their losses are.
 *
 *     m = (x / K − h) / ν,   C(m) is sent,   h ← h + ν C(m)          x = trained − anchor in K steps; h = 0 at first
 *
 * on both sides; the update counts as K h, or, where the rate is estimated, as s K h. The paper's g is h / ν, and its weights are w = ν / n, since ν = ℓ / ℓ̄:
 *
 *     ℓ ← max(ℓ, ‖x / K − x' / K'‖ / ‖anchor − anchor'‖)             x', anchor': those of the client's message before
 *
 * which is the learning rate times its smoothness L where K = 1; ℓ̄: the mean of ℓ over all clients that have told theirs, none counting more than 100 times the median. ν is the server's, goes down with the task, in multiples of 2^−8,
 * and is 1 of a client of which no ℓ is known, so that with equal smoothness this is EF21, to the last bit.
 *
 *     s = 1 / (ℓ̄ (1 + √(β / θ))),   θ = 1 − √(1 − δ),   β = (1 − δ) / θ
 *
 * makes of any learning rate η the one that the weighted analysis allows, η s = 1 / (L + L̄ √(β / θ)) with L ≤ L̄, the arithmetic mean of L_i, in which the analysis of EF21 has the
 * root of their mean square.
 *
 * Richtárik, Gasanov, Burlachenko, "Error feedback reloaded: from quadratic to arithmetic mean of smoothness constants", ICLR 2024.
 * https://arxiv.org/abs/2402.10774
 *
 * Differs: the paper takes L_i as given. There g stays as it is, which with weights that change would let n w g jump; here h stays. Where
 * C(s m) = s C(m), as of top-k and sign, ν changes nothing but roundings: what is gained then is the rate.
 *
 * State: three vectors at each client, and at the server one for every client that was heard.
 *
 * Pitfalls: with batches of some of the examples steps differ by their noise too, and ℓ is too large, most of all near the optimum. Two versions go by before any ℓ is known: until
 * then steps are as long as the learning rate makes them.
 *
 * Trust: ℓ is the client's claim. One that is too large makes all steps shorter where the rate is estimated, and its own message coarser where C rounds to a grid. It counts
 * as no more than 100 times the median, so that one of n clients makes ℓ̄ at most 1 + 100 / n times as large as the others' median alone would; half of them can claim anything.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import type { Feedback, Outgoing, Sent } from "./feedback.ts";
import { keeping, passed } from "./passed.ts";
import { rememberingCodecs } from "./remembering-codecs.ts";

/** Options of {@link ef21W}. */
export interface Ef21WOptions {
  /** Whether steps are as long as the learning rate makes them, the default, or as the estimates allow. */
  readonly rate?: "given" | "estimated";
}

/** The feedback `ef21-w`. Throws Fault "option-invalid". */
export const ef21W: PartFactory<Ef21WOptions, Feedback> = definePart<Ef21WOptions, Feedback>({
  room: "feedback",
  name: "ef21-w",
  about: "EF21 with clients weighed by how smooth their losses are, which is estimated on the way.",
  fights: ["bottleneck"],
  paper: {
    authors: "Richtárik, Gasanov, Burlachenko",
    title: "Error feedback reloaded: from quadratic to arithmetic mean of smoothness constants",
    venue: "ICLR 2024",
    link: "https://arxiv.org/abs/2402.10774",
  },
  options: {
    rate: {
      kind: "choice",
      of: ["given", "estimated"],
      default: "given",
      about: "whether steps are as long as the learning rate makes them, or as the estimates allow",
    },
  },
  make: ({ rate }) => ({
    isDifference: true,
    memory: { base: "own", smoothness: rate === "estimated" ? "rate" : "weights" },
    takes: rememberingCodecs,
    send,
  }),
});

function send(outgoing: Outgoing): Sent {
  const { trained, anchor, steps, kept, steepness = 1 } = outgoing;
  const x = trained.map((end, i) => (end - (anchor[i] ?? 0)) / steps);
  const [h = new Float32Array(x.length)] = kept?.vectors ?? [];
  const m = trained.map((end, i) => ((end - (anchor[i] ?? 0)) / steps - (h[i] ?? 0)) / steepness);
  const { payload, arrived } = passed(m, outgoing);
  // What the server will refuse teaches nothing: the client goes on from what it kept before.
  if (arrived === null) return { payload, kept };
  const next = h.map((own, i) => own + steepness * (arrived[i] ?? 0));
  const smoothness = changeOf(x, outgoing);
  return {
    payload,
    kept: keeping(outgoing, [next, x, anchor]),
    ...(smoothness > 0 && smoothness < Infinity && { smoothness }),
  };
}

/** By how much x changed since the message before, for every unit by which the anchor did; no number > 0 where nothing tells. */
function changeOf(x: Float32Array, { anchor, kept }: Outgoing): number {
  const [, before, from] = kept?.vectors ?? [];
  return before === undefined || from === undefined ? 0 : distance(x, before) / distance(anchor, from);
}

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
