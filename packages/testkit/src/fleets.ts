/**
 * Fleets made by hand, for tests of parts that look at a fleet without running a plan.
 *
 * @module
 */
import { clientId, type ClientRecord, type FleetView, present, taskId } from "@potluck/core";

/** One client of a fleet made by hand; it is online and idle unless it says otherwise. */
export interface ClientSketch {
  readonly examples?: number;
  readonly online?: boolean;
  /** Whether it is working on a task. */
  readonly busy?: boolean;
}

/** The fleet of these clients, in this order. */
export function fleetOf(sketches: readonly ClientSketch[]): FleetView {
  const records = sketches.map(recordOf);
  const client = (id: number): ClientRecord => present(records[id], `client ${id}`);
  const isAvailable = (id: number): boolean => client(id).online && client(id).task === null;
  return {
    population: records.length,
    examples: records.reduce((sum, { profile }) => sum + profile.examples, 0),
    available: records.filter(({ id }) => isAvailable(id)).length,
    isAvailable,
    availableClients: () => records.filter(({ id }) => isAvailable(id)).map(({ id }) => id),
    client,
  };
}

function recordOf({ examples = 1, online = true, busy = false }: ClientSketch, place: number): ClientRecord {
  return {
    id: clientId(place),
    profile: { examples, tier: "sketch" },
    online,
    task: busy ? taskId(place) : null,
    timesAsked: Number(busy),
    timesAnswered: 0,
    lastSeen: 0,
  };
}
