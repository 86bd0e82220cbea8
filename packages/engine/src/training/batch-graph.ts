/**
 * What the graphs of batch programs have in common: the derived graph on the inputs of a batch.
 *
 * @module
 */
import type { ValuesByName } from "../differentiate/products.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { appendAlias, appendGraph, type Renaming } from "./append.ts";
import { BATCH, type BatchFeed } from "./batch-program.ts";
import type { Derivation } from "./derivation.ts";
import { parameterInput } from "./program.ts";
import { unpackFeatures } from "./stored-features.ts";
import { SEED } from "./training-form.ts";

/** Appends the derived graph on the inputs of a batch program. */
export function appendDerivation(graph: GraphBuilder, derivation: Derivation, { format }: BatchFeed): Renaming {
  const { model, task, targets, layout, random } = derivation;
  const features = unpackFeatures(graph, BATCH.features, format, task.features.dataType);
  const given: readonly (readonly [string, string])[] = [
    [task.features.name, features],
    ...(targets === null ? [] : [[targets, BATCH.targets] as const]),
    ...(random ? [[SEED, BATCH.seed] as const] : []),
    ...layout.map(({ name }) => [name, parameterInput(name)] as const),
  ];
  return appendGraph(graph, model.graph, new Map(given));
}

/** The gradients of a derived graph that was appended, by the inputs of their parameters. */
export function gradientsIn({ gradients }: Derivation, renamed: Renaming): ValuesByName {
  return new Map([...gradients].map(([name, gradient]) => [parameterInput(name), renamed(gradient)]));
}

/** Appends the value that belongs to the parameter `name` under the name of an output, which it returns. */
export function appendOutput(graph: GraphBuilder, values: ValuesByName, name: string, output: string): string {
  const value = values.get(parameterInput(name)) ?? "";
  appendAlias(graph, value, { name: output, ...graph.typeOf(value) });
  return output;
}
