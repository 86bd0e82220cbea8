/**
 * What a user should know before training a model that can be trained: where the exporter folded the module's parameters
 * into something else, training is not what it would be in PyTorch.
 *
 * @module
 */
import { moduleTensorsOf } from "../files/module-tensors.ts";
import type { Model } from "../graph/graph.ts";
import type { Role } from "../import/parameter-roles.ts";

/** One thing to know, and which tensors it is about. */
export interface Warning {
  /** Initializers of the file or, where they are not in it, tensors of the module. */
  readonly tensors: readonly string[];
  /** What is so, in a sentence. */
  readonly message: string;
  /** What can be done about it. */
  readonly remedy: string;
}

/** The warnings for `model`, whose initializers have these `roles`. */
export function warningsFor(model: Model, roles: ReadonlyMap<string, Role>): readonly Warning[] {
  const { graph, origins } = model;
  const trained = [...graph.initializers.keys()].filter((name) => roles.get(name)?.kind === "trained");
  const lost = trained.filter((name) => moduleTensorsOf(model, name) === null);
  const isNoted = (name: string): boolean => origins?.get(name)?.kind === "derived";
  const all: readonly Warning[] =
    origins === undefined
      ? [{ tensors: lost, ...NAMELESS }]
      : [
          { tensors: lost.filter(isNoted), ...COMPUTED },
          { tensors: lost.filter((name) => !isNoted(name)), ...UNNOTED },
          { tensors: missingFrom(model), ...MISSING },
        ];
  return all.filter(({ tensors }) => tensors.length > 0);
}

const OPTIMIZE = "Export with optimize=False to train the module's own parameters.";

const COMPUTED = {
  message: "The exporter computed these from parameters, and they are trained instead; no state dict.",
  remedy: OPTIMIZE,
};
const UNNOTED = {
  message: "The exporter made these itself, as where it folds batch normalisation away; no state dict.",
  remedy: OPTIMIZE,
};
const NAMELESS = {
  message:
    "The exporter folded these, and their names are lost; they are trained, but no state dict, and tied weights came apart.",
  remedy: "Export with training=TrainingMode.TRAINING and do_constant_folding=False.",
};
const MISSING = {
  message: "The module has these tensors, but the file has not: the exporter may have merged them with equal ones.",
  remedy: "It is well where they are unused or tied to others; else export with optimize=False.",
};

/** Counts of batches, which no exporter keeps and nobody needs. */
const COUNT = /\bnum_batches_tracked$/u;

/** The parameters and buffers of the module that no initializer is called by or was computed from. */
function missingFrom({ graph, moduleTensors = new Map(), origins = new Map() }: Model): readonly string[] {
  const held = new Set([...graph.initializers.keys(), ...[...origins.values()].flatMap(({ from }) => from)]);
  return [...moduleTensors]
    .filter(([name, kind]) => kind !== "transient" && !held.has(name) && !COUNT.test(name))
    .map(([name]) => name);
}
