/**
 * Chains: layers one after another, and what they are called.
 *
 * A layer without a name of its own is called after its kind and counted: "conv1", "conv2", "dense1". Names of parts
 * follow that of the whole: the first convolution within the layer "residual1" is "residual1.conv1".
 *
 * @module
 */
import { Fault, valueText } from "@potluck/core";
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
  layers.forEach(requireLayer);
  const counts = new Map<string, number>();
  return layers.reduce((input, layer, at) => {
    const name = joinedName(place.name, ownName(layer, counts));
    const output = at === layers.length - 1 ? place.output : name || layer.kind;
    return layer.append(place.part({ input, name, output }));
  }, place.input);
}

/** Throws Fault "option-invalid" for what is no layer, such as the function that makes one. */
function requireLayer(given: unknown, at: number): void {
  if (typeof given === "object" && given !== null && "kind" in given && "append" in given) return;
  const isFunction = typeof given === "function";
  throw new Fault(
    "option-invalid",
    `layer ${at} of the list must be a layer, got ${isFunction ? `the function ${given.name}` : valueText(given)}`,
    isFunction ? `Call it: ${given.name}().` : "Make one: dense({ units: 10 }), relu() or another.",
  );
}

function ownName({ kind, name }: Layer, counts: Map<string, number>): string {
  if (name !== undefined) return name;
  const count = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, count);
  return `${kind}${count}`;
}
