/**
 * Uniform selection: every available client is as likely as every other, without replacement.
 *
 * Numbers are drawn from the whole population and kept if the client is available and new, so that choosing 10 of
 * a million does not look at a million. Where few are available (or many are wanted) the available ones are listed
 * and shuffled instead; which of the two ways is taken depends on the counts alone.
 *
 * McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-efficient learning of deep networks from
 * decentralized data", AISTATS 2017. https://arxiv.org/abs/1602.05629
 *
 * @module
 */
import { integerStream, permutation } from "../base/draws.ts";
import type { Key } from "../base/key.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { FleetView } from "../plan/fleet.ts";
import { type ClientId, clientId } from "../plan/identity.ts";
import type { Selection } from "./selection.ts";

/** The selection `uniform` has no options. */
export type UniformSelectionOptions = Readonly<Record<never, never>>;

/** The selection `uniform`. */
export const uniform: PartFactory<UniformSelectionOptions, Selection> = definePart<UniformSelectionOptions, Selection>({
  room: "selection",
  name: "uniform",
  about: "Every available client is as likely as every other.",
  fights: [],
  options: {},
  make: () => ({ choose }),
});

function choose(count: number, key: Key, fleet: FleetView): readonly ClientId[] {
  const rare = 4 * count > fleet.available || 16 * fleet.available < fleet.population;
  return rare ? chooseFromList(count, key, fleet) : chooseByTrial(count, key, fleet);
}

function chooseFromList(count: number, key: Key, fleet: FleetView): readonly ClientId[] {
  const available = fleet.availableClients();
  if (available.length === 1) return available;
  const order = permutation(key, available.length);
  return Array.from(order.subarray(0, count), (place) => available[place]).filter((id) => id !== undefined);
}

/** At least 3/4 · 1/16 of all trials succeed on average, so this takes about 21 · count trials at worst. */
function chooseByTrial(count: number, key: Key, fleet: FleetView): readonly ClientId[] {
  const below = integerStream(key);
  const chosen = new Set<ClientId>();
  while (chosen.size < count) {
    const candidate = clientId(below(fleet.population));
    if (fleet.isAvailable(candidate)) chosen.add(candidate);
  }
  return [...chosen];
}
