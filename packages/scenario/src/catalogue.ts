/**
 * Every part that a scenario can name: those of core, and those of the packages around it.
 *
 * @module
 */
import {
  catalogue as coreCatalogue,
  type PartDefinition,
  type PartReference,
  type Room,
  type Shelf,
} from "@potluck/core";
import { data, partition } from "@potluck/data";
import * as fleet from "./fleet/index.ts";
import * as loss from "./loss/index.ts";
import * as model from "./model/index.ts";

/** The shelves of all rooms. */
export const catalogue: typeof coreCatalogue & {
  readonly data: typeof data;
  readonly partition: typeof partition;
  readonly fleet: typeof fleet;
  readonly model: typeof model;
  readonly loss: typeof loss;
} = { ...coreCatalogue, data, partition, fleet, model, loss };

/** Every part's description, room by room. */
export function definitions(): readonly PartDefinition[] {
  const shelves: readonly Shelf<unknown>[] = Object.values(catalogue);
  return shelves.flatMap((shelf) => Object.values(shelf).map(({ definition }) => definition));
}

/** The description of a part; undefined if it is not in the catalogue. */
export function definitionOf({ room, name }: PartReference): PartDefinition | undefined {
  return definitions().find((definition) => definition.room === room && definition.name === name);
}

/** What a part does, in one sentence. */
export function aboutPart(part: PartReference): string {
  return definitionOf(part)?.about ?? "";
}

/** The rooms in the order in which a scenario is read, each with the question it answers. */
export const rooms: readonly (readonly [Room, string])[] = [
  ["model", "what is trained"],
  ["loss", "how what it says is compared with what is right"],
  ["data", "on which examples"],
  ["partition", "which client holds which examples"],
  ["fleet", "which devices take part"],
  ["pacing", "when to aggregate, and whom to give work"],
  ["selection", "whom to ask"],
  ["solver", "what a client runs"],
  ["download", "how the model goes down"],
  ["codec", "how what is sent is encoded"],
  ["feedback", "what clients remember from one message to the next"],
  ["conversion", "what becomes of an old update before it counts"],
  ["weighting", "how much an update counts"],
  ["staleness", "how much less it counts because of its age"],
  ["participation", "how much more it counts because its client is seldom heard"],
  ["aggregation", "how updates become one"],
  ["server-optimizer", "what to do with the aggregate"],
  ["coding", "how a gradient is computed so that nobody has to be waited for"],
];
