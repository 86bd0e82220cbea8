/**
 * A multi-layer perceptron: dense layers with rectified activations between them, on flattened examples. With two
 * hidden layers of 200 it is the "2NN" of McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-efficient
 * learning of deep networks from decentralized data", AISTATS 2017. https://arxiv.org/abs/1602.05629
 *
 * @module
 */
import { definePart, outputsFor, type PartFactory } from "@potluck/core";
import { dense, flatten, MAX_PARAMETERS, relu, sequential } from "@potluck/engine";
import type { ModelSource } from "./model-source.ts";

/** Options of {@link mlp}. */
export interface MlpOptions {
  /** Units of each hidden layer; [200, 200] by default; [] is linear or softmax regression. */
  readonly hidden?: readonly number[];
}

/** The model `mlp`. Throws Fault "option-invalid"; so does building one of more than `MAX_PARAMETERS` parameters. */
export const mlp: PartFactory<MlpOptions, ModelSource> = definePart<MlpOptions, ModelSource>({
  room: "model",
  name: "mlp",
  about: "Dense layers with rectified activations between them.",
  fights: [],
  options: {
    hidden: {
      kind: "numbers",
      integer: true,
      minimum: 1,
      maximum: MAX_PARAMETERS,
      default: [200, 200],
      about: "units of each hidden layer",
    },
  },
  make: ({ hidden }) => ({
    build: async ({ examples, key }) => {
      const body = hidden.flatMap((units) => [dense({ units }), relu()]);
      return sequential({
        input: examples.shape,
        layers: [flatten(), ...body, dense({ units: outputsFor(examples) })],
        key,
        sizedBy: `hidden [${hidden.join(", ")}]`,
      });
    },
  }),
});
