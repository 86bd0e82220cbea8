/**
 * EF21: clients and the server both remember what was said before, and a message says only what has changed since.
 *
 *     m = x / K − h,   C(m) is sent,   h ← h + C(m)          x = trained − anchor in K steps; h = 0 at first
 *
 * on both sides; the update counts as K h. So what counts comes closer to x with every message, by 1 − δ of what is missing, whatever x was before, and is no
 * noise that feeds back: where updates stop changing it is exact. With aggregation "afa-cs" everyone's h counts in every version, which is EF21 with partial
 * participation; where all take part it is EF21 as published with either.
 *
 * Richtárik, Sokolov, Fatkhullin, "EF21: a new, simpler, theoretically better, and practically faster error feedback", NeurIPS 2021.
 * https://arxiv.org/abs/2106.05203
 *
 * EF21-W, ef21-w.ts, weighs clients by how smooth their losses are.
 *
 * State: a vector at each client, and one at the server for every client that was heard.
 *
 * Pitfall: an early h is mostly 0, so that early updates are too short by up to 1 − δ of their size.
 *
 * Trust: the server remembers a vector for every client, as it would be able to from its messages.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import type { Feedback, Outgoing, Sent } from "./feedback.ts";
import { keeping, passed } from "./passed.ts";
import { rememberingCodecs } from "./remembering-codecs.ts";

/** The feedback `ef21` has no options. */
export type Ef21Options = Readonly<Record<never, never>>;

/** The feedback `ef21`. */
export const ef21: PartFactory<Ef21Options, Feedback> = definePart<Ef21Options, Feedback>({
  room: "feedback",
  name: "ef21",
  about: "Both sides remember what a client said before, and its messages say only what has changed.",
  fights: ["bottleneck"],
  paper: {
    authors: "Richtárik, Sokolov, Fatkhullin",
    title: "EF21: a new, simpler, theoretically better, and practically faster error feedback",
    venue: "NeurIPS 2021",
    link: "https://arxiv.org/abs/2106.05203",
  },
  options: {},
  make: () => ({
    isDifference: true,
    memory: { base: "own" },
    takes: rememberingCodecs,
    send,
  }),
});

function send(outgoing: Outgoing): Sent {
  const { trained, anchor, steps, kept } = outgoing;
  const [h = new Float32Array(trained.length)] = kept?.vectors ?? [];
  const m = trained.map((end, i) => (end - (anchor[i] ?? 0)) / steps - (h[i] ?? 0));
  const { payload, arrived } = passed(m, outgoing);
  // What the server will refuse teaches nothing: the client goes on from what it kept before.
  if (arrived === null) return { payload, kept };
  return { payload, kept: keeping(outgoing, [h.map((own, i) => own + (arrived[i] ?? 0))]) };
}
