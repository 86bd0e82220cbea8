/** Downloads: how the model goes down to clients. @module */
import * as codecs from "../codec/index.ts";
import type { PartFactory } from "../part/part.ts";
import { changesBy, type ChangesOptions } from "./changes.ts";
import type { Download } from "./download.ts";

export type { ChangesOptions };

/** The download `changes`, by any codec. Throws Fault "option-invalid". */
export const changes: PartFactory<ChangesOptions, Download> = changesBy(
  Object.values(codecs).toSorted((a, b) => (a.definition.name < b.definition.name ? -1 : 1)),
);

export { whole, type WholeOptions } from "./whole.ts";
