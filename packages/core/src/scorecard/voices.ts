/**
 * Voices: how much each client has counted in the models that were published.
 *
 * The weight of an update is ω, what its delta was multiplied with in the aggregate. Its pull is ω times the solver steps
 * behind it: to first order in the learning rate that is how far it moves the model, for every step moves it alike.
 *
 * @module
 */
import { addRow, addToCell, cellOf, emptyTable, type NumberTable, setCell } from "../base/number-table.ts";
import type { Contribution, Publication } from "../plan/events.ts";
import type { ClientId } from "../plan/identity.ts";

/** How much a client has counted. */
export interface Voice {
  /** Σ ω over the published models. */
  readonly contribution: number;
  /** Σ ω · steps. */
  readonly pull: number;
  /** Sum of the squares of its pull in each model: how unsteady its voice was. Without those that lasted. */
  readonly squaredPull: number;
}

/** How much all clients have counted: plain data. */
export interface Voices {
  readonly clients: NumberTable;
  /** Of clients whose latest update counts on: its factor, its factor times steps, the scales up to then, and 1 + its task. */
  readonly lasting: NumberTable;
  /** Sum of the scales of all versions in which updates lasted. */
  scales: number;
}

const CELL = { contribution: 0, pull: 1, squaredPull: 2 } as const;
const LASTING = { factor: 0, pull: 1, since: 2, task: 3 } as const;

/** Nobody has counted yet. */
export function noVoices(): Voices {
  return {
    clients: emptyTable("the voice of client", Object.keys(CELL).length),
    lasting: emptyTable("the lasting voice of client", Object.keys(LASTING).length),
    scales: 0,
  };
}

/** One more client is known. */
export function addVoice({ clients }: Voices): void {
  addRow(clients);
}

/** How much a client has counted so far. */
export function voiceOf({ clients, lasting, scales }: Voices, client: ClientId): Voice {
  const [lastingFactor, lastingPull] = lastingOf(lasting, client, scales);
  return {
    contribution: cellOf(clients, client, CELL.contribution) + lastingFactor,
    pull: cellOf(clients, client, CELL.pull) + lastingPull,
    squaredPull: cellOf(clients, client, CELL.squaredPull),
  };
}

/** What its latest update has counted, if it lasts: Σ ω and Σ ω · steps. */
function lastingOf(lasting: NumberTable, client: ClientId, scales: number): readonly [number, number] {
  if (client >= lasting.rows) return [0, 0];
  const scale = scales - cellOf(lasting, client, LASTING.since);
  return [scale * cellOf(lasting, client, LASTING.factor), scale * cellOf(lasting, client, LASTING.pull)];
}

/** Writes down whom a new model has heard. */
export function noteVoices(voices: Voices, { contributions, scale, lasting }: Publication): void {
  if (lasting) {
    for (const contribution of contributions) replace(voices, contribution);
    voices.scales += scale;
    return;
  }
  const pulls = new Map<ClientId, number>();
  for (const { client, factor, steps } of contributions) {
    const weight = scale * factor;
    const pull = weight * steps;
    const before = pulls.get(client) ?? 0;
    addToCell(voices.clients, client, CELL.contribution, weight);
    addToCell(voices.clients, client, CELL.pull, pull);
    // The square of all its pull in this model: (before + pull)² − before².
    addToCell(voices.clients, client, CELL.squaredPull, pull * (pull + 2 * before));
    pulls.set(client, before + pull);
  }
}

/** From this version on the client counts by its new update, and not by the one before any more. */
function replace({ clients, lasting, scales }: Voices, { client, task, factor, steps }: Contribution): void {
  if (client < lasting.rows && cellOf(lasting, client, LASTING.task) > 1 + task) return; // a newer one counts
  const [lastingFactor, lastingPull] = lastingOf(lasting, client, scales);
  addToCell(clients, client, CELL.contribution, lastingFactor);
  addToCell(clients, client, CELL.pull, lastingPull);
  while (lasting.rows <= client) addRow(lasting);
  setCell(lasting, client, LASTING.factor, factor);
  setCell(lasting, client, LASTING.pull, factor * steps);
  setCell(lasting, client, LASTING.since, scales);
  setCell(lasting, client, LASTING.task, 1 + task);
}
