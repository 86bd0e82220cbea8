/**
 * Parts: the named, configured pieces that plans and scenarios are made of. A part is made by its factory,
 * `fedProx({ learningRate: 0.05 })` in TypeScript or `{ "name": "fed-prox", "learningRate": 0.05 }` in JSON; both
 * are checked by the same description, and both can be written down again as name and options.
 *
 * @module
 */
import { isOptionPart, type OptionSpec, type OptionSpecs, type OptionValue, resolveOptions } from "./options.ts";

/** Which question a part answers. */
export type Room =
  | "pacing"
  | "selection"
  | "weighting"
  | "staleness"
  | "participation"
  | "aggregation"
  | "server-optimizer"
  | "solver"
  | "download"
  | "codec"
  | "feedback"
  | "conversion"
  | "coding"
  | "model"
  | "loss"
  | "data"
  | "partition"
  | "fleet";

/** What a method fights; see the scorecard. */
export type Enemy = "starvation" | "delay" | "unfair share" | "bottleneck";

/** Where a method was published. */
export interface Paper {
  readonly authors: string;
  readonly title: string;
  /** Venue and year: "MLSys 2020". */
  readonly venue: string;
  readonly link: string;
}

/** A part by name and options: plain data, enough to make it again elsewhere. */
export interface PartReference {
  readonly room: Room;
  readonly name: string;
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** What every part carries: how it was made. */
export interface Part {
  readonly part: PartReference;
}

/** The description of a part: what the catalogue shows and what its factory checks. */
export interface PartDefinition {
  readonly room: Room;
  /** The published name in kebab-case, or a plain description. */
  readonly name: string;
  /** One sentence: what it does. */
  readonly about: string;
  readonly fights: readonly Enemy[];
  readonly paper?: Paper;
  readonly options: Readonly<Record<string, OptionSpec>>;
}

/** Makes a part from options; optional altogether where every option has a default. */
export interface PartFactory<Options extends object, Made> {
  (...given: object extends Options ? [options?: Options] : [options: Options]): Made & Part;
  readonly definition: PartDefinition;
  /** Makes the part from unchecked options, such as those of a JSON file. */
  readonly parse: (options: Readonly<Record<string, unknown>>) => Made & Part;
}

/** A part's description with the function that makes it once the options are checked and complete. */
export interface PartBlueprint<Options extends object, Made> extends Omit<PartDefinition, "options"> {
  readonly options: OptionSpecs<Options>;
  readonly make: (options: Required<Options>) => Made;
}

/** Options that were resolved against the specs of `Options`, typed as such. */
function checkedOptions<Options extends object>(resolved: Readonly<Record<string, unknown>>): Required<Options> {
  // oxlint-disable-next-line potluck/no-type-assertion -- OptionSpecs holds one spec for each option, and all were met
  return resolved as Required<Options>;
}

/** Options in which parts are made, and not only named. */
function withParts(
  specs: Readonly<Record<string, OptionSpec>>,
  options: PartReference["options"],
): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(options)) {
    const spec = specs[option];
    if (spec?.kind === "part" && isOptionPart(value)) {
      const { name, ...given } = value;
      made[option] = spec.make(name, given);
    } else made[option] = value;
  }
  return made;
}

/** The factory of a part. */
export function definePart<Options extends object, Made extends object>(
  blueprint: PartBlueprint<Options, Made>,
): PartFactory<Options, Made> {
  const { make, ...definition } = blueprint;
  const parse = (given: Readonly<Record<string, unknown>>): Made & Part => {
    const options = resolveOptions(`${definition.room} "${definition.name}"`, definition.options, given);
    const part = { room: definition.room, name: definition.name, options };
    return { ...make(checkedOptions(withParts(definition.options, options))), part };
  };
  const factory = (options?: Options): Made & Part => parse({ ...options });
  return Object.assign(factory, { definition, parse });
}
