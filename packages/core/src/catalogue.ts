/**
 * The catalogue: every part of core by room. `potluck methods` shows it, scenario files are read with it, and a test
 * holds that each part has its source, test, documentation page and reproduction.
 *
 * @module
 */
import type { Aggregation } from "./aggregation/aggregation.ts";
import * as aggregation from "./aggregation/index.ts";
import { Fault } from "./base/fault.ts";
import type { Codec } from "./codec/codec.ts";
import * as codec from "./codec/index.ts";
import * as coding from "./coding/index.ts";
import type { Coding } from "./coding/scheme.ts";
import type { Feedback } from "./feedback/feedback.ts";
import * as download from "./download/index.ts";
import type { Download } from "./download/download.ts";
import * as feedback from "./feedback/index.ts";
import type { Conversion } from "./conversion/conversion.ts";
import * as conversion from "./conversion/index.ts";
import * as pacing from "./pacing/index.ts";
import type { Pacing } from "./pacing/pacing.ts";
import type { Part, PartDefinition } from "./part/part.ts";
import * as participation from "./participation/index.ts";
import type { Participation } from "./participation/participation.ts";
import * as selection from "./selection/index.ts";
import type { Selection } from "./selection/selection.ts";
import * as serverOptimizer from "./server-optimizer/index.ts";
import type { ServerOptimizer } from "./server-optimizer/server-optimizer.ts";
import * as solver from "./solver/index.ts";
import type { Solver } from "./solver/solver.ts";
import * as staleness from "./staleness/index.ts";
import type { Staleness } from "./staleness/staleness.ts";
import * as weighting from "./weighting/index.ts";
import type { Weighting } from "./weighting/weighting.ts";

/** The factories of one room, by the names they are exported under. */
export type Shelf<Made> = Readonly<Record<string, ShelfEntry<Made>>>;

/** A factory as far as the catalogue is concerned: what it makes, and how to make it from unchecked options. */
export interface ShelfEntry<Made> {
  readonly definition: PartDefinition;
  readonly parse: (options: Readonly<Record<string, unknown>>) => Made;
}

/** The parts of core, one shelf for each room. */
export const catalogue: Catalogue = {
  pacing,
  selection,
  solver,
  download,
  codec,
  feedback,
  conversion,
  weighting,
  staleness,
  participation,
  aggregation,
  "server-optimizer": serverOptimizer,
  coding,
};

/** The shelves of core. */
export interface Catalogue {
  readonly pacing: Shelf<Pacing<unknown> & Part>;
  readonly selection: Shelf<Selection & Part>;
  readonly solver: Shelf<Solver & Part>;
  readonly download: Shelf<Download & Part>;
  readonly codec: Shelf<Codec & Part>;
  readonly feedback: Shelf<Feedback & Part>;
  readonly conversion: Shelf<Conversion<unknown> & Part>;
  readonly weighting: Shelf<Weighting & Part>;
  readonly staleness: Shelf<Staleness & Part>;
  readonly participation: Shelf<Participation<unknown> & Part>;
  readonly aggregation: Shelf<Aggregation<unknown> & Part>;
  readonly "server-optimizer": Shelf<ServerOptimizer & Part>;
  readonly coding: Shelf<Coding & Part>;
}

/**
 * The part called `name` on a shelf, made from unchecked options. `room` names the shelf in messages.
 * Throws Fault "part-unknown" with the names that exist, or "option-invalid".
 */
export function makePart<Made>(
  room: string,
  shelf: Shelf<Made>,
  { name, options }: { readonly name: string; readonly options: Readonly<Record<string, unknown>> },
): Made {
  const entries = Object.values(shelf);
  const entry = entries.find(({ definition }) => definition.name === name);
  if (entry !== undefined) return entry.parse(options);
  const names = entries.map(({ definition }) => `"${definition.name}"`).join(", ");
  throw new Fault("part-unknown", `there is no ${room} called "${name}"`, `Choose one of ${names}.`);
}
