/**
 * A convolutional network: blocks of convolution, rectified activation and 2×2 max-pooling, then dense layers. The
 * defaults are the CNN of McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-efficient learning of deep
 * networks from decentralized data", AISTATS 2017. https://arxiv.org/abs/1602.05629
 *
 * @module
 */
import { definePart, outputsFor, type PartFactory } from "@potluck/core";
import { conv2d, dense, flatten, MAX_PARAMETERS, maxPool2d, relu, sequential } from "@potluck/engine";
import type { ModelSource } from "./model-source.ts";

/** Options of {@link cnn}. Examples are [channels, height, width]. */
export interface CnnOptions {
  /** Filters of each convolution; [32, 64] by default. */
  readonly filters?: readonly number[];
  /** Side of the square kernels; 5 by default. */
  readonly kernel?: number;
  /** Units of each hidden dense layer; [512] by default. */
  readonly hidden?: readonly number[];
}

const size = { integer: true, minimum: 1, maximum: MAX_PARAMETERS } as const;

/**
 * The model `cnn`. Throws Fault "option-invalid"; so does building one of more than `MAX_PARAMETERS` parameters or for
 * examples that are not images, or images that are too small for the pooling.
 */
export const cnn: PartFactory<CnnOptions, ModelSource> = definePart<CnnOptions, ModelSource>({
  room: "model",
  name: "cnn",
  about: "Convolutions with max-pooling, then dense layers.",
  fights: [],
  options: {
    filters: { kind: "numbers", ...size, default: [32, 64], about: "filters of each convolution" },
    kernel: { kind: "number", ...size, default: 5, about: "side of the square kernels" },
    hidden: { kind: "numbers", ...size, default: [512], about: "units of each hidden dense layer" },
  },
  make: ({ filters, kernel, hidden }) => ({
    build: async ({ examples, key }) => {
      const blocks = filters.flatMap((count) => [
        conv2d({ filters: count, kernel, padding: "same" }),
        relu(),
        maxPool2d({ size: 2 }),
      ]);
      const body = hidden.flatMap((units) => [dense({ units }), relu()]);
      const layers = [...blocks, flatten(), ...body, dense({ units: outputsFor(examples) })];
      const sizedBy = `filters [${filters.join(", ")}], kernel ${kernel} and hidden [${hidden.join(", ")}]`;
      return sequential({ input: examples.shape, layers, key, sizedBy });
    },
  }),
});
