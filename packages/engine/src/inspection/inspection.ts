/**
 * What a model is, and what training it costs: everything that `potluck inspect` shows.
 *
 * A model that cannot be trained is looked at as far as it can be, and all that stands in the way is listed.
 *
 * @module
 */
import { present, solver } from "@potluck/core";
import { type Cost, costOf } from "../cost/graph-cost.ts";
import { stepGraph } from "../cost/step-graph.ts";
import type { DataType, Model, Origin, ValueInfo } from "../graph/graph.ts";
import { type ParameterRules, type Role, rolesOf } from "../import/parameter-roles.ts";
import { type StandardForm, standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import type { Objective } from "../objective/objective.ts";
import { type Derivation, derive } from "../training/derivation.ts";
import { layoutOfForm } from "../training/parameters.ts";
import { plainFeatures } from "../training/plain-features.ts";
import { PORTABLE_FORM } from "../training/step-form.ts";
import { type LayerReport, layersOf } from "./layers.ts";
import { lossWarnings } from "./loss-warnings.ts";
import { attempted, type Obstacle, unknownOperators } from "./problems.ts";
import { type Warning, warningsFor } from "./warnings.ts";

/** An initializer of a model, and what it is for. */
export interface InitializerReport {
  readonly name: string;
  readonly dataType: DataType;
  readonly shape: readonly number[];
  readonly role: Role;
  /** Where the exporter says that it comes from; null where it does not say. */
  readonly origin: Origin | null;
}

/** What training costs. */
export interface TrainingReport {
  /** Floating-point operations of passing one example forward and backward. */
  readonly flopsPerExample: number;
  /** By how much the most memory that activations and gradients need at a time grows with each example of a batch. */
  readonly activationBytesPerExample: number;
  readonly batchSize: number;
  /** What a step of plain descent on such a batch needs: parameters before and after it, activations, gradients. */
  readonly memoryBytes: number;
}

/** What a model is. */
export interface Inspection {
  readonly name: string;
  /** Operator-set versions by domain; "" is the standard one. */
  readonly operatorSets: Readonly<Record<string, number>>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly layers: readonly LayerReport[];
  readonly initializers: readonly InitializerReport[];
  /** The elements of all parameters that are trained. */
  readonly trainedCount: number;
  /** How many examples `forward` and the layers are counted for: 1, or all of a batch whose size the file fixes. */
  readonly examplesCounted: number;
  /** Of the forward pass; null where the model cannot be brought into standard form. */
  readonly forward: Cost | null;
  /** Null where the model cannot be trained. */
  readonly training: TrainingReport | null;
  /** What stands in the way of training; empty where nothing does. */
  readonly obstacles: readonly Obstacle[];
  /** Where training is not what it would be in PyTorch, or most likely not what is meant. */
  readonly warnings: readonly Warning[];
}

/** How to look at a model. */
export interface InspectionOptions {
  /** Cross-entropy with class labels by default. */
  readonly objective?: Objective;
  readonly parameters?: ParameterRules;
  /** 32 by default. */
  readonly batchSize?: number;
}

/** Looks at `model`. Throws Fault "option-invalid" for rules that do not fit the model. */
export function inspectModel(model: Model, options: InspectionOptions = {}): Inspection {
  const { objective = crossEntropy(), parameters = {}, batchSize = 32 } = options;
  const { obstacles, standard, derived } = progress(model, objective, parameters);
  const source = standard?.source ?? model;
  const roles = standard?.roles ?? rolesOf(model, parameters);
  const initializers = initializersOf(source, roles);
  const trained = initializers.filter(({ role }) => role.kind === "trained");
  return {
    name: model.graph.name,
    operatorSets: Object.fromEntries(model.opsets),
    inputs: model.graph.inputs,
    outputs: model.graph.outputs,
    layers: layersOf(source.graph, new Set(trained.map(({ name }) => name)), standard),
    initializers,
    trainedCount: trained.reduce(addElements, 0),
    examplesCounted: examplesIn(model.graph.inputs),
    forward: standard === null ? null : costOf(standard.model.graph),
    training: derived === null ? null : trainingOf(derived, batchSize),
    obstacles,
    warnings: [...warningsFor(source, roles), ...lossWarnings(source.graph, objective)],
  };
}

/** The size of the batch that the inputs fix; 1 where it may vary. What has no second dimension is no batch. */
function examplesIn(inputs: readonly ValueInfo[]): number {
  const [batch, ...example] = inputs[0]?.shape ?? [];
  return typeof batch === "number" && example.length > 0 ? batch : 1;
}

/** How far a model gets on the way to training, and what stops it. */
interface Progress {
  readonly obstacles: readonly Obstacle[];
  readonly standard: StandardForm | null;
  readonly derived: Derivation | null;
}

function progress(model: Model, objective: Objective, rules: ParameterRules): Progress {
  const obstacles = unknownOperators(model);
  if (obstacles.length > 0) return { obstacles, standard: null, derived: null };
  const form = attempted(() => checkedForm(model, rules));
  if ("obstacle" in form) return { obstacles: [form.obstacle], standard: null, derived: null };
  const derivation = attempted(() => derive(form.result, objective));
  if ("obstacle" in derivation) return { obstacles: [derivation.obstacle], standard: form.result, derived: null };
  return { obstacles: [], standard: form.result, derived: derivation.result };
}

function checkedForm(model: Model, rules: ParameterRules): StandardForm {
  const form = standardForm(model, rules);
  layoutOfForm(form);
  return form;
}

function addElements(sum: number, { shape }: InitializerReport): number {
  return sum + shape.reduce((product, size) => product * size, 1);
}

function initializersOf({ graph, origins }: Model, roles: ReadonlyMap<string, Role>): readonly InitializerReport[] {
  return [...graph.initializers].map(([name, { dataType, shape }]) => ({
    name,
    dataType,
    shape,
    role: present(roles.get(name), `the role of "${name}"`),
    origin: origins?.get(name) ?? null,
  }));
}

function trainingOf(derivation: Derivation, batchSize: number): TrainingReport {
  const { graph } = derivation.model;
  const [once, twice] = [costOf(graph, batchSize), costOf(graph, 2 * batchSize)];
  const step = stepGraph(derivation, solver.sgd({ learningRate: 1 }), plainFeatures(derivation.model), PORTABLE_FORM);
  const { peakActivationBytes } = costOf(step.graph, batchSize, step.typeOf);
  return {
    flopsPerExample: once.flops / batchSize,
    activationBytesPerExample: (twice.peakActivationBytes - once.peakActivationBytes) / batchSize,
    batchSize,
    memoryBytes: peakActivationBytes + 2 * once.parameterBytes,
  };
}
