/**
 * Control variates: what clients and the server remember of what a step of each client does, and what is made of it. In methods of
 * stochastic controlled averaging every client corrects its steps by how its own direction differs from that of all.
 *
 * Everything is counted in movements of the parameters per step, −η times a gradient, so that no learning rate is part of it:
 *
 *     y ← y − η ∇f(y) + (h̄ − h)                            after each of K steps from x; drift
 *     ḡ = (y − x) / K − (h̄ − h)                            what a step of this client does by itself
 *     v ← (1 − β) v + β ḡ                                   β = 1: v = ḡ
 *     m = α (v − h),   C(m) is sent,   h ← h + C(m)
 *
 * and the server: the update counts as K (h̄ + C(m)), h ← h + C(m) of its client, h̄ ← the mean of h over all clients of the fleet with the next version.
 *
 * @module
 */
import type { Codec } from "../codec/codec.ts";
import { keeping, passed } from "./passed.ts";
import type { Feedback, Outgoing, Recalled, Sent } from "./feedback.ts";

/** How much of the difference is sent, null for as much as its codec bears, and how much of ḡ goes into v; both in (0, 1]. */
export interface Damping {
  readonly alpha: number | null;
  readonly beta: number;
}

/** What methods with control variates have in common. */
export function controlled({ alpha, beta }: Damping): Pick<Feedback, "isDifference" | "memory" | "drift" | "send"> {
  return {
    isDifference: true,
    memory: { base: "mean" },
    drift,
    send: (outgoing) => send(outgoing, { alpha, beta }),
  };
}

/**
 * The α = 1 / (1 + ω) for which h comes closest to v with a message of `length` numbers by a codec that is right on average:
 *
 *     E‖h + C(α (v − h)) − v‖² ≤ (1 − 2 α + α² (1 + ω)) ‖v − h‖²
 *
 * is then (1 − α) ‖v − h‖², and from α = 2 / (1 + ω) on no longer less than ‖v − h‖². 1 for codecs that are not off by noise.
 */
export function bestDamping({ guarantee }: Pick<Codec, "guarantee">, length: number): number {
  return guarantee.kind === "unbiased" ? 1 / (1 + guarantee.variance(length)) : 1;
}

/** h̄ − h. */
function drift({ kept, mean }: Recalled): Float32Array | null {
  const [own] = kept?.vectors ?? [];
  if (mean === null) return null;
  return own === undefined ? mean : mean.map((all, i) => all - (own[i] ?? 0));
}

function send(outgoing: Outgoing, { alpha, beta }: Damping): Sent {
  const { kept } = outgoing;
  const step = ownStep(outgoing);
  const [h = new Float32Array(step.length), before = h] = kept?.vectors ?? [];
  // A first message has nothing to be averaged with but what is remembered: nothing.
  const v = beta === 1 ? step : step.map((now, i) => (1 - beta) * (before[i] ?? 0) + beta * now);
  const damping = alpha ?? bestDamping(outgoing.codec, step.length);
  const { payload, arrived } = passed(
    v.map((now, i) => damping * (now - (h[i] ?? 0))),
    outgoing,
  );
  // What the server will refuse teaches nothing: the client goes on from what it kept before.
  if (arrived === null) return { payload, kept };
  const next = h.map((own, i) => own + (arrived[i] ?? 0));
  return { payload, kept: keeping(outgoing, beta === 1 ? [next] : [next, v]) };
}

/** ḡ: what a step of this client does by itself. */
function ownStep({ trained, anchor, steps, drift: added }: Outgoing): Float32Array {
  return trained.map((end, i) => (end - (anchor[i] ?? 0)) / steps - (added?.[i] ?? 0));
}
