/**
 * Chains: layers one after another, and what they are called.
 *
 * A layer without a name of its own is called after its kind and counted: "conv1", "conv2", "dense1". Names of parts
 * follow that of the whole: the first convolution within the layer "residual1" is "residual1.conv1".
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { joinedName, type Layer, type LayerPlace } from "./layer.ts";

/** What a name of one's own may be made of. */
const NAME = /^[\w.-]*$/u;

/**
 * `layer` under a name of its own: named("fc", dense({ units: 10 })) has the parameters "fc.weight" and "fc.bias". Dots
 * are fine ("blocks.0"). Under the name "" the parts of a layer are called as if they stood in its place.
 * Throws Fault "option-invalid" for a name of anything but letters, digits, "_", "-" and dots.
 */
export function named(name: string, layer: Layer): Layer {
  if (NAME.test(name)) return { ...layer, name };
  throw new Fault(
    "option-invalid",
    `a layer cannot be called ${JSON.stringify(name)}`,
    'Use letters, digits, "_", "-" and dots.',
  );
}

/** Appends `layers`, at least one, to the input of `place`, as its parts, and returns the value of the last. */
export function appendChain(place: LayerPlace, layers: readonly Layer[]): string {
  const counts = new Map<string, number>();
  return layers.reduce((input, layer, at) => {
    const name = joinedName(place.name, ownName(layer, counts));
    const output = at === layers.length - 1 ? place.output : name || layer.kind;
    return layer.append(place.part({ input, name, output }));
  }, place.input);
}

function ownName({ kind, name }: Layer, counts: Map<string, number>): string {
  if (name !== undefined) return name;
  const count = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, count);
  return `${kind}${count}`;
}
