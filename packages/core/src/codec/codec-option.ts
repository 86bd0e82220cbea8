/**
 * The option of a codec that is made of other codecs.
 *
 * @module
 */
import { invariant } from "../base/invariant.ts";
import type { PartOption } from "../part/options.ts";
import type { PartFactory } from "../part/part.ts";
import type { Codec } from "./codec.ts";

/** A codec that another can be made of, by name or by options. */
export type Inner = Pick<PartFactory<object, Codec>, "definition" | "parse">;

/** One of `codecs`. */
export function codecOption(codecs: readonly Inner[], about: string): PartOption {
  return {
    kind: "part",
    room: "codec",
    of: codecs.map(({ definition }) => definition.name),
    about,
    make: (name, options) => {
      const found = codecs.find(({ definition }) => definition.name === name);
      invariant(found !== undefined, `one of the codecs of an option, got ${name}`);
      return found.parse(options);
    },
  };
}
