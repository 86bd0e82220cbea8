/**
 * Selection by examples: a client with twice the examples is twice as likely to be drawn.
 *
 * Draws are without replacement, one after another, each in proportion to the examples n_k of the clients that are
 * left: client k gets the number u_k^(1/n_k) with u_k uniform in (0, 1), and the largest numbers win. Clients
 * without examples are never chosen.
 *
 * Together with uniform weighting every example has about the same voice (scheme I of Li, Huang, Yang, Wang, Zhang,
 * "On the convergence of FedAvg on non-IID data", ICLR 2020, https://arxiv.org/abs/1907.02189, draws with
 * replacement; the two agree when the cohort is small). The draw: Efraimidis, Spirakis, "Weighted random sampling
 * with a reservoir", Information Processing Letters 97(5), 2006, https://doi.org/10.1016/j.ipl.2005.11.003.
 *
 * Trust: n_k is the client's claim.
 *
 * @module
 */
import { uniformOf } from "../base/draws.ts";
import { log } from "../base/elementary.ts";
import { fold, type Key } from "../base/key.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { FleetView } from "../plan/fleet.ts";
import type { ClientId } from "../plan/identity.ts";
import type { Selection } from "./selection.ts";

/** The selection `by-examples` has no options. */
export type ByExamplesSelectionOptions = Readonly<Record<never, never>>;

/** The selection `by-examples`. */
export const byExamples: PartFactory<ByExamplesSelectionOptions, Selection> = definePart<
  ByExamplesSelectionOptions,
  Selection
>({
  room: "selection",
  name: "by-examples",
  about: "A client is as likely as its share of the examples.",
  fights: ["unfair share"],
  paper: {
    authors: "Li, Huang, Yang, Wang, Zhang",
    title: "On the convergence of FedAvg on non-IID data",
    venue: "ICLR 2020",
    link: "https://arxiv.org/abs/1907.02189",
  },
  options: {},
  make: () => ({ choose }),
});

function choose(count: number, key: Key, fleet: FleetView): readonly ClientId[] {
  const candidates = fleet.availableClients().filter((id) => fleet.client(id).profile.examples > 0);
  const tickets = candidates.map((id) => ({ id, ticket: ticketOf(key, id, fleet.client(id).profile.examples) }));
  tickets.sort((a, b) => a.ticket - b.ticket || a.id - b.id);
  return tickets.slice(0, count).map(({ id }) => id);
}

/** −ln(u)/n: the smallest of these belongs to the largest u^(1/n). Each client has a number of its own. */
function ticketOf(key: Key, id: ClientId, examples: number): number {
  return -log(uniformOf(fold(key, id))) / examples;
}
