/**
 * Deep gradient compression: momentum at the client, of which what is not sent is kept.
 *
 *     x ← x · min(1, c / ‖x‖)                          x = trained − anchor
 *     u ← m u + x,   v ← v + u                         Nesterov: u ← m (u + x), v ← v + u + x
 *     C(v) is sent,   v ← v − C(v)
 *     u_i ← 0 where C(v)_i ≠ 0                         if C chose i: it left out a number that is not 0, and i is none that it always sends
 *
 * m: `momentum`, c: `clipNorm`; u = v = 0 at first. With momentum at the server or in the solver, numbers that are sent late have missed the momentum
 * that they would have gathered: it is kept with them (momentum correction). What has been sent has its momentum cleared, so that what was
 * delayed does not go on pulling where it no longer should (momentum factor masking). A codec that sends all numbers, rounded, chooses
 * none and clears no momentum: cleared everywhere it would be gone, and this plain descent. So do numbers that every message has, such as the biases
 * that `per-layer` sends as they are, as in the authors' code (github.com/synxlin/deep-gradient-compression). Where C loses nothing this is descent
 * with momentum, and with m = 0 and no clipping it is error feedback.
 *
 * Lin, Han, Mao, Wang, Dally, "Deep gradient compression: reducing the communication bandwidth for distributed training", ICLR 2018.
 * https://arxiv.org/abs/1712.01887
 *
 * What differs: the norm that clips is that of the whole update, given as it is to be (the paper divides one by √N); which numbers
 * are sent is the codec's choice: over the whole model, or layer by layer as in the paper inside `per-layer`; its warm-up, a ratio that
 * falls in the first epochs, is the option `warmUpVersions` of `top-k`.
 *
 * Pitfalls: it is made for all clients taking part in all rounds with a step each. Where clients are asked now and then u and v grow old; where
 * they take many steps, x is no gradient.
 *
 * Trust: none beyond the codec's.
 *
 * @module
 */
import type { Stretch } from "../codec/codec.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Feedback, Kept, Outgoing, Sent } from "./feedback.ts";
import { keeping, passed } from "./passed.ts";

/** Options of {@link dgc}. */
export interface DgcOptions {
  /** m in [0, 1); 0.9 by default. */
  readonly momentum?: number;
  /** The variant of Nesterov; "off" by default. */
  readonly nesterov?: "on" | "off";
  /** c > 0, the longest that an update may be, in the units of the parameters; null, as long as it is, by default. */
  readonly clipNorm?: number | null;
  /** Momentum factor masking; "on" by default. */
  readonly masking?: "on" | "off";
}

/** The feedback `dgc`. Throws Fault "option-invalid". */
export const dgc: PartFactory<DgcOptions, Feedback> = definePart<DgcOptions, Feedback>({
  room: "feedback",
  name: "dgc",
  about: "Momentum at the client: what is not sent is kept with the momentum that it gathers.",
  fights: ["bottleneck"],
  paper: {
    authors: "Lin, Han, Mao, Wang, Dally",
    title: "Deep gradient compression: reducing the communication bandwidth for distributed training",
    venue: "ICLR 2018",
    link: "https://arxiv.org/abs/1712.01887",
  },
  options: {
    momentum: {
      kind: "number",
      minimum: 0,
      below: 1,
      default: 0.9,
      about: "m: the share of its momentum that a client keeps",
    },
    nesterov: { kind: "choice", of: ["on", "off"], default: "off", about: "whether momentum looks ahead" },
    clipNorm: {
      kind: "number",
      above: 0,
      default: null,
      about: "c: the longest that an update may be; null: as long as it is",
    },
    masking: {
      kind: "choice",
      of: ["on", "off"],
      default: "on",
      about: "whether what has been sent loses its momentum",
    },
  },
  make: (options) => ({
    isDifference: true,
    takes: {
      kinds: ["exact", "contractive", "absolute"],
      needs: "never sends more than there is: noise would be kept, sent again and grow",
      remedy: 'Use a codec that chooses, such as "top-k", or leave the feedback out.',
    },
    send: (outgoing) => send(outgoing, options),
  }),
});

function send(outgoing: Outgoing, { momentum, nesterov, clipNorm, masking }: Required<DgcOptions>): Sent {
  const { kept } = outgoing;
  const x = clipped(outgoing, clipNorm);
  const [u, v] = gathered(x, kept, { momentum, isNesterov: nesterov === "on" });
  const { payload, arrived } = passed(v, outgoing);
  // What the server will refuse teaches nothing: the client goes on from what it kept before.
  if (arrived === null) return { payload, kept };
  for (let i = 0; i < v.length; i++) v[i] = (v[i] ?? 0) - (arrived[i] ?? 0);
  if (masking === "on" && outgoing.codec.isSparse === true && leavesOut(v, arrived)) {
    clearWhere(u, arrived, outgoing.codec.wholly ?? []);
  }
  return { payload, kept: keeping(outgoing, [u, v]) };
}

/** x, no longer than `clipNorm`. */
function clipped({ trained, anchor }: Outgoing, clipNorm: number | null): Float32Array {
  const x = new Float32Array(trained.length);
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    x[i] = (trained[i] ?? 0) - (anchor[i] ?? 0);
    squares += (x[i] ?? 0) * (x[i] ?? 0);
  }
  const norm = Math.sqrt(squares);
  return clipNorm === null || norm <= clipNorm ? x : x.map((own) => (own * clipNorm) / norm);
}

/** u and v with x in them, new vectors. */
function gathered(
  x: Float32Array,
  kept: Kept | null,
  { momentum, isNesterov }: { readonly momentum: number; readonly isNesterov: boolean },
): readonly [u: Float32Array, v: Float32Array] {
  const [before, waiting] = kept?.vectors ?? [];
  const [u, v] = [new Float32Array(x.length), new Float32Array(x.length)];
  for (let i = 0; i < x.length; i++) {
    const [own, old] = [x[i] ?? 0, before?.[i] ?? 0];
    u[i] = isNesterov ? momentum * (old + own) : momentum * old + own;
    v[i] = (waiting?.[i] ?? 0) + (u[i] ?? 0) + (isNesterov ? own : 0);
  }
  return [u, v];
}

/** Whether a number did not arrive at all, of which `left` is what it keeps. */
function leavesOut(left: Float32Array, arrived: Float64Array): boolean {
  return left.some((own, i) => own !== 0 && arrived[i] === 0);
}

/** Clears u where a number has arrived, but for those that always do. */
function clearWhere(u: Float32Array, arrived: Float64Array, wholly: readonly Stretch[]): void {
  const spared = wholly.map(({ offset, length }) => ({ offset, before: u.slice(offset, offset + length) }));
  for (let i = 0; i < u.length; i++) if ((arrived[i] ?? 0) !== 0) u[i] = 0;
  for (const { offset, before } of spared) u.set(before, offset);
}
