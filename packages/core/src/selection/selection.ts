/**
 * The contract of selections: whom to ask, among the clients that are online and idle.
 *
 * @module
 */
import type { Key } from "../base/key.ts";
import type { FleetView } from "../plan/fleet.ts";
import type { ClientId } from "../plan/identity.ts";

/** Whom to ask. */
export interface Selection {
  /**
   * `count` different available clients, or all of them if there are fewer. The choice is a function of the set of
   * available clients, what is known of them, and the key: not of the order in which they came.
   */
  readonly choose: (count: number, key: Key, fleet: FleetView) => readonly ClientId[];
}
