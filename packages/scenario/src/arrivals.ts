/**
 * What has arrived in a run, without what its updates hold: enough to train it anew in the same order.
 *
 * @module
 */
import type { FleetEvent, Seconds, Update } from "@potluck/core";

type UpdateEvent = FleetEvent & { readonly kind: "update" };

/** Something that has happened; of an update only that it came, and what its device says of the time that it took. */
export type Arrival =
  Exclude<FleetEvent, UpdateEvent> | (Omit<UpdateEvent, "update"> & { readonly spent: Update["spent"] });

/** Something that has happened, and when. */
export interface ArrivalAt {
  readonly at: Seconds;
  readonly arrival: Arrival;
}
