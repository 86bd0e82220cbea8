/**
 * What a user should know before training a model that can be trained: where the exporter folded the module's parameters
 * into something else, or does not tell them from buffers, training is not what it would be in PyTorch.
 *
 * @module
 */
import { missingTensors, moduleTensorsOf } from "../files/module-tensors.ts";
import type { Graph, GraphNode, Model } from "../graph/graph.ts";
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
      ? [
          { tensors: lost, ...NAMELESS },
          { tensors: trained.filter((name) => !lost.includes(name) && mayBeBuffer(graph, name)), ...UNTOLD },
        ]
      : [
          { tensors: lost.filter(isNoted), ...COMPUTED },
          { tensors: lost.filter((name) => !isNoted(name)), ...UNNOTED },
          { tensors: missingTensors(model), ...MISSING },
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
const UNTOLD = {
  message: "The file does not tell parameters from buffers; these may be either, and they are trained.",
  remedy: "Freeze those that are buffers (the rule freeze), or export with dynamo=True, which notes them.",
};
const MISSING = {
  message: "The module has these tensors, but the file has not: the exporter may have merged them with equal ones.",
  remedy: "It is well where they are unused or tied to others; else export with optimize=False.",
};

/** What modules call their parameters; buffers have other names. */
const LEARNT = /weight|bias|kernel|gamma|beta/iu;
const ARITHMETIC: ReadonlySet<string> = new Set(["Add", "Sub", "Mul", "Div"]);
/** Operators that take some of a tensor or all of it, in another shape. */
const RESHAPING: ReadonlySet<string> = new Set(
  "Slice Reshape Squeeze Unsqueeze Transpose Expand Identity Cast".split(" "),
);

/** Whether a float tensor is only added or multiplied, as tables of positions and statistics of the inputs are. */
function mayBeBuffer(graph: Graph, name: string): boolean {
  return !LEARNT.test(name.split(".").at(-1) ?? "") && isOnlyInArithmetic(graph, name);
}

/** Whether there are nodes that read `value`, and all of them do arithmetic with it or with a part of it. */
function isOnlyInArithmetic(graph: Graph, value: string): boolean {
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(value));
  const isArithmetic = ({ operator, inputs, outputs: [output = ""] }: GraphNode): boolean =>
    ARITHMETIC.has(operator) || (RESHAPING.has(operator) && inputs[0] === value && isOnlyInArithmetic(graph, output));
  return readers.length > 0 && readers.every(isArithmetic);
}
