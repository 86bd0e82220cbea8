/**
 * SCAFFOLD: clients correct every step by how their own direction differs from that of all, so that local steps do not drift
 * towards what their own examples want.
 *
 * The equations, in movements per step, are those of control-variates.ts with α = β = 1 and nothing lost: only one vector goes up, ḡ − h, from which the
 * server has both the update and the new h; h̄ goes down with every model.
 *
 * Karimireddy, Kale, Mohri, Reddi, Stich, Suresh, "SCAFFOLD: stochastic controlled averaging for federated learning", ICML 2020.
 * https://arxiv.org/abs/1910.06378 (its option II: h is what the steps of the task were.) One vector up instead of two: Huang, Li, Li,
 * "Stochastic controlled averaging for federated learning with communication compression", ICLR 2024. https://arxiv.org/abs/2308.08165
 *
 * Bytes: twice the model down, once up. State: a vector at each client; at the server one for every client that was heard, and their mean.
 *
 * Pitfall: h of a client that is seldom asked is old, and corrects towards where all were then. With few participants and large steps that is unstable:
 * lower the learning rate of the server or of the clients.
 *
 * Trust: the server remembers a vector for every client, from which its data can be guessed as from its updates. What one client sends moves the steps of all.
 *
 * @module
 */
import { scaffoldPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import { controlled } from "./control-variates.ts";
import type { Feedback } from "./feedback.ts";

/** The feedback `scaffold` has no options. */
export type ScaffoldOptions = Readonly<Record<never, never>>;

/** The feedback `scaffold`. */
export const scaffold: PartFactory<ScaffoldOptions, Feedback> = definePart<ScaffoldOptions, Feedback>({
  room: "feedback",
  name: "scaffold",
  about: "Clients correct each step by how it differs from everyone's, so that local work does not drift.",
  fights: ["starvation", "unfair share"],
  paper: scaffoldPaper,
  options: {},
  make: () => ({
    ...controlled({ alpha: 1, beta: 1 }),
    takes: {
      kinds: ["exact"],
      needs: "loses nothing: the correction would follow what was lost",
      remedy: 'Use feedback "scallion" with codecs that are right on average, "scafcom" with all others.',
    },
  }),
});
