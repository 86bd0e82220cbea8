/**
 * The available clients, listed.
 *
 * @module
 */
import type { FleetView } from "../plan/fleet.ts";
import { type ClientId, clientId } from "../plan/identity.ts";

/** The clients that are online and idle, in the order of their numbers. Looks at the whole population. */
export function availableClients(fleet: FleetView): readonly ClientId[] {
  const found: ClientId[] = [];
  for (let number = 0; number < fleet.population; number++) {
    const id = clientId(number);
    if (fleet.isAvailable(id)) found.push(id);
  }
  return found;
}
