import { describe, expect, test } from "vitest";
import { gradientError } from "../../differentiate/check-gradient.ts";
import { type Attributes, int } from "../../graph/attributes.ts";
import { tensorOf } from "../../graph/tensors.ts";
import { appended, importError, integerSample, modelOf, nodeOf, normalSample, type Samples } from "../check-rewrite.ts";
import { expanded } from "../rewrite.ts";

/** A use on x of the given shape, with cosines and sines of the given shape, and places in their table or none. */
interface Use {
  readonly x: readonly number[];
  readonly angles: readonly number[];
  readonly places?: readonly number[];
  readonly attributes?: Attributes;
}

const uses: Readonly<Record<string, Use>> = {
  "heads as an axis": { x: [2, 3, 4, 6], angles: [2, 4, 3] },
  "heads side by side": { x: [2, 4, 18], angles: [2, 4, 3], attributes: { num_heads: int(3) } },
  "even and odd elements": { x: [2, 3, 4, 6], angles: [2, 4, 3], attributes: { interleaved: int(1) } },
  "even and odd elements of heads side by side": {
    x: [2, 4, 18],
    angles: [2, 4, 3],
    attributes: { interleaved: int(1), num_heads: int(3) },
  },
  "angles from a table": { x: [2, 3, 4, 6], angles: [9, 3], places: [0, 1, 2, 3, 8, 4, 4, 0] },
  "a part of each vector": {
    x: [2, 4, 18],
    angles: [2, 4, 2],
    attributes: { num_heads: int(3), rotary_embedding_dim: int(4) },
  },
};

function nodeOfUse({ places, attributes = {} }: Use): ReturnType<typeof nodeOf> {
  return nodeOf("RotaryEmbedding", ["x", "cos", "sin", ...(places === undefined ? [] : ["places"])], ["y"], attributes);
}

describe("rotary position embedding", () => {
  test.each(Object.entries(uses))("%s: what ONNX Runtime gives", async (_, use) => {
    const { x, angles, places } = use;
    const inputs: Samples = {
      x: normalSample("x", x),
      cos: normalSample("cos", angles),
      sin: normalSample("sin", angles),
      ...(places === undefined ? {} : { places: integerSample([2, 4], places) }),
    };
    const parts = { operatorSet: 23, inputs, nodes: [nodeOfUse(use)], outputs: ["y"] };
    expect(await importError(parts)).toBeLessThan(1e-6);
    const byBatch = { x: ["batch", ...x.slice(1)], places: ["batch", 4] };
    const shapes =
      places === undefined
        ? { ...byBatch, cos: ["batch", ...angles.slice(1)], sin: ["batch", ...angles.slice(1)] }
        : byBatch;
    expect(await importError({ ...parts, shapes })).toBeLessThan(1e-6);
  });

  test.each(Object.entries(uses))("%s: the gradient that central differences give", async (_, use) => {
    const { x, angles, places } = use;
    const error = await gradientError({
      inputs: { x, cos: angles, sin: angles },
      build: (graph) => {
        const node = nodeOfUse(use);
        const table = places === undefined ? [] : [graph.constant(tensorOf("int64", [2, 4], places))];
        return appended(graph, { ...node, inputs: [...node.inputs.slice(0, 3), ...table] })[0] ?? "";
      },
    });
    expect(error).toBeLessThan(1e-8);
  });

  test.each([
    [{ x: [2, 4, 18], angles: [2, 4, 3] }, "num_heads is needed"],
    [{ x: [2, 3, 4, 5], angles: [2, 4, 2] }, "5 elements of vectors of 5 cannot be turned in pairs"],
  ])("%o is refused", (use, message) => {
    const inputs = {
      x: normalSample("x", use.x),
      cos: normalSample("c", use.angles),
      sin: normalSample("s", use.angles),
    };
    const model = modelOf({ operatorSet: 23, inputs, nodes: [nodeOfUse(use)], outputs: ["y"] });
    expect(() => expanded(model)).toThrow(message);
  });
});
