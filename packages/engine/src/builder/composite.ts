/**
 * Layers that are composite operators: their nodes are written out at once, so that the model stays in the operator set
 * that every runtime has.
 *
 * @module
 */
import { present } from "@potluck/core";
import type { Attributes } from "../graph/attributes.ts";
import { compositeOf } from "../import/composite/registry.ts";
import type { LayerPlace } from "./layer.ts";

/** Appends what the composite `operator` is of the input of `place` and of `further` inputs, and returns its value. */
export function appendComposite(
  { graph, name, input }: LayerPlace,
  operator: string,
  further: readonly string[],
  attributes: Attributes,
): string {
  const node = { name, operator, domain: "", inputs: [input, ...further], outputs: [name], attributes };
  const composite = present(compositeOf(operator), `the composite "${operator}"`);
  return present(composite.expand({ graph, node, sequences: new Map() })[0], `the value of "${operator}"`);
}
