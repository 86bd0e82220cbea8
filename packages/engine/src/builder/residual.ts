/**
 * Layers beside a shortcut: y = body(x) + shortcut(x), the shortcut x itself unless it must change its shape.
 *
 * He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016. https://arxiv.org/abs/1512.03385
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { shapeText } from "../graph/dimensions.ts";
import { appendChain } from "./chain.ts";
import { checkSize } from "./checks.ts";
import { joinedName, type Layer, type LayerPlace } from "./layer.ts";

/** What a residual layer is made of. */
export interface ResidualOptions {
  /** Layers one after another, at least one; their names follow that of this layer: "residual1.conv1". */
  readonly body: readonly Layer[];
  /** The same for the shortcut, "residual1.shortcut.conv1"; none, the default, hands on the input as it is. */
  readonly shortcut?: readonly Layer[];
}

/** The sum of what `body` and `shortcut` make of the input. Throws Fault "option-invalid" where they differ in shape. */
export function residual({ body, shortcut }: ResidualOptions): Layer {
  checkSize("residual", "the number of layers of the body", body.length);
  if (shortcut !== undefined) checkSize("residual", "the number of layers of the shortcut", shortcut.length);
  return {
    kind: "residual",
    append: (place) => {
      const { graph, input, name, output } = place;
      const main = appendChain(place.part({ input, name, output: joinedName(name, "body") }), body);
      const beside = joinedName(name, "shortcut");
      const side =
        shortcut === undefined ? input : appendChain(place.part({ input, name: beside, output: beside }), shortcut);
      requireSameShape(place, main, side);
      return graph.add("Add", [main, side], {}, output);
    },
  };
}

function requireSameShape({ graph, name }: LayerPlace, body: string, shortcut: string): void {
  const [made, kept] = [body, shortcut].map((value) => shapeText(graph.typeOf(value).shape));
  if (made === kept) return;
  throw new Fault(
    "option-invalid",
    `layer "${name}": the body makes ${made} and the shortcut ${kept}`,
    "Give the body the sizes of its input, or give a shortcut that makes what the body makes.",
  );
}
