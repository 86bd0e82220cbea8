import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import type { Model } from "../graph/graph.ts";
import { selfAttention } from "./attention.ts";
import { named } from "./chain.ts";
import { conv2d } from "./convolution.ts";
import { dense } from "./dense.ts";
import { embedding, positions, tiedOutput } from "./embedding.ts";
import { classToken, patches } from "./image-tokens.ts";
import { invertedResidual } from "./inverted-residual.ts";
import type { Layer } from "./layer.ts";
import { firstPlace, flatten, relu } from "./plain-layers.ts";
import { gru, lstm } from "./recurrent.ts";
import { residual } from "./residual.ts";
import { logits, standardLogits, trainingLogits, withParameters } from "./run-model.ts";
import { sequential } from "./sequential.ts";
import { transformerBlock } from "./transformer-block.ts";

const key = rootKey(3);

function built(input: readonly number[], ...layers: readonly Layer[]): Model {
  return sequential({ input, layers, key });
}

function ofTokens(length: number, ...layers: readonly Layer[]): Model {
  return sequential({ input: [length], dataType: "int64", layers, key });
}

function names({ graph }: Model): readonly string[] {
  return [...graph.initializers.keys()];
}

function numbers(length: number): readonly number[] {
  return Array.from({ length }, (_, at) => Math.sin(3 * at + 1));
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, at) => expect(actual[at]).toBeCloseTo(value, 5));
}

describe("names", () => {
  test("parts are called after the whole, and counted within it", () => {
    const block = residual({
      body: [conv2d({ filters: 2, kernel: 3, padding: 1 }), relu(), conv2d({ filters: 2, kernel: 1 })],
      shortcut: [conv2d({ filters: 2, kernel: 1, bias: false })],
    });
    const model = built(
      [1, 3, 3],
      block,
      named("", residual({ body: [named("inner", conv2d({ filters: 2, kernel: 1 }))] })),
      flatten(),
      named("fc", dense({ units: 2 })),
    );
    expect(names(model)).toEqual([
      "residual1.conv1.weight",
      "residual1.conv1.bias",
      "residual1.conv2.weight",
      "residual1.conv2.bias",
      "residual1.shortcut.conv1.weight",
      "inner.weight",
      "inner.bias",
      "fc.weight",
      "fc.bias",
    ]);
  });

  test("nodes are called after their layers, too, but for constants, which layers share", () => {
    const { graph } = built(
      [4, 6],
      named("blocks.0", selfAttention({ heads: 2 })),
      named("blocks.1", selfAttention({ heads: 2 })),
    );
    const others = graph.nodes.filter(({ name }) => !name.startsWith("blocks."));
    expect(others.slice(0, -1).every(({ operator }) => operator === "Constant")).toBe(true);
    expect(others.at(-1)?.name).toBe("logits");
    // The shapes of rows, of heads, of rows again and of sequences, and 1 ÷ √d.
    expect(others).toHaveLength(5);
  });

  test("a name that two layers have, and one that is no name, are refused", () => {
    const twice = (): unknown => built([2], named("fc", dense({ units: 2 })), named("fc", dense({ units: 2 })));
    expect(twice).toThrow(
      'layer "fc" would have a parameter "fc.weight", and something before it has that name already',
    );
    expect(() => named("a b", relu())).toThrow('a layer cannot be called "a b"');
    expect(() => named("potluck:x", relu())).toThrow("a layer cannot be called");
  });
});

describe("residual", () => {
  test("adds what the body makes to the input", async () => {
    const model = built([2], residual({ body: [dense({ units: 2, bias: false })] }));
    const known = withParameters(model, { "residual1.dense1.weight": [0, 1, 1, 0] });
    expect(await logits(known, [[3, 5]])).toEqual([8, 8]);
  });

  test("a body and a shortcut of different shapes are refused with both", () => {
    const narrow = (): unknown => built([4], residual({ body: [dense({ units: 2 })] }));
    expect(narrow).toThrow('layer "residual1": the body makes [batch, 2] and the shortcut [batch, 4]');
    expect(() => residual({ body: [] })).toThrow("residual: the number of layers of the body must be a whole number");
  });

  test("an inverted residual has a shortcut only where input and output are of one shape", () => {
    const adds = (input: readonly number[], layer: Layer): boolean =>
      built(input, layer).graph.nodes.some(({ operator }) => operator === "Add");
    expect(adds([4, 6, 6], invertedResidual({ channels: 4 }))).toBe(true);
    expect(adds([4, 6, 6], invertedResidual({ channels: 5 }))).toBe(false);
    expect(adds([4, 6, 6], invertedResidual({ channels: 4, stride: 2 }))).toBe(false);
    const plain = built([4, 6, 6], invertedResidual({ channels: 4, expansion: 1 }));
    expect(plain.graph.initializers.get("inverted1.layers.0.weight")?.shape).toEqual([4, 1, 3, 3]);
  });
});

describe("tokens", () => {
  test("are looked up, know their places, and are scored by the same table", async () => {
    const model = ofTokens(
      2,
      embedding({ vocabulary: 3, width: 2 }),
      positions(),
      tiedOutput({ to: "embedding1.weight" }),
    );
    expect(names(model)).toEqual(["embedding1.weight", "positions1.weight"]);
    const known = withParameters(model, {
      "embedding1.weight": [1, 0, 0, 1, 2, 2],
      "positions1.weight": [0, 0, 10, 0],
    });
    // Token 2 at place 0 is (2, 2), token 1 at place 1 is (10, 1); the scores are products with (1, 0), (0, 1), (2, 2).
    expect(await logits(known, [[2, 1]])).toEqual([2, 2, 8, 10, 1, 22]);
  });

  test("tying to nothing, or to what does not fit, is refused", () => {
    const table = embedding({ vocabulary: 5, width: 4 });
    expect(() => ofTokens(2, table, tiedOutput({ to: "tokens.weight" }))).toThrow(
      'layer "output1" is tied to "tokens.weight", and no layer before it has a parameter of that name',
    );
    expect(() => ofTokens(2, table, dense({ units: 3 }), tiedOutput({ to: "embedding1.weight" }))).toThrow(
      'layer "output1" is tied to "embedding1.weight" of [5, 4], which cannot take vectors of 3',
    );
  });

  test("an embedding of floats is refused with what to do", () => {
    const floats = (): unknown => built([3], embedding({ vocabulary: 5, width: 4 }));
    expect(floats).toThrow(
      expect.objectContaining({
        message: 'layer "embedding1" takes int64, not float32[batch, 3]',
        remedy: 'Give the model whole numbers: dataType "int64".',
      }),
    );
  });
});

describe("images as sequences", () => {
  test("patches go row after row, with the class token before them and its place alone at the end", async () => {
    const body = [named("token", classToken()), named("places", positions({ kept: "parameter" }))];
    const model = built([1, 2, 4], patches({ size: 2, width: 1 }), ...body);
    const known = withParameters(model, { "patches1.weight": 1, token: 7, places: [100, 200, 300] });
    expect(known.graph.outputs[0]?.shape).toEqual(["batch", 3, 1]);
    // The left patch holds 1, 2, 5, 6, the right one 3, 4, 7, 8.
    expect(await logits(known, [[1, 2, 3, 4, 5, 6, 7, 8]])).toEqual([107, 214, 322]);
    const first = built([1, 2, 4], patches({ size: 2, width: 1 }), ...body, firstPlace());
    expect(await logits(withParameters(first, { token: 7, places: [100, 200, 300] }), [numbers(8)])).toEqual([107]);
  });
});

describe("self-attention", () => {
  test("without queries takes the mean of all places, or of those so far where it is causal", async () => {
    const run = async (causal: boolean): Promise<readonly number[]> => {
      const model = built([3, 2], selfAttention({ heads: 2, causal }));
      const identity = [1, 0, 0, 1];
      const values = { query: 0, value: identity, projection: identity };
      const known = Object.entries(values).map(([name, value]) => [`attention1.${name}.weight`, value] as const);
      return logits(withParameters(model, Object.fromEntries(known)), [[6, 0, 0, 3, 3, 9]]);
    };
    expectClose(await run(false), [3, 4, 3, 4, 3, 4]);
    expectClose(await run(true), [6, 0, 3, 1.5, 3, 4]);
  });

  test("weighs places by softmax(q · k ÷ √d)", async () => {
    const model = built([2, 1], selfAttention({ heads: 1 }));
    const known = withParameters(
      model,
      Object.fromEntries(names(model).map((name) => [name, name.endsWith("weight") ? 1 : 0])),
    );
    // Place 0 holds 0 and weighs both alike; place 1 holds ln 3 = 1.0986 and weighs them by 1 and e^(ln² 3) = 3.343.
    const [ln3, share] = [Math.log(3), 3.343 / 4.343];
    const [first = 0, second = 0] = await logits(known, [[0, ln3]]);
    expect(first).toBeCloseTo(ln3 / 2, 5);
    expect(second).toBeCloseTo(share * ln3, 3);
  });

  test("one matrix for queries, keys and values is three, one above another", async () => {
    const [joint, separate] = (["joint", "separate"] as const).map((projections) =>
      built([3, 4], named("a", selfAttention({ heads: 2, projections }))),
    );
    const parts = ["query", "key", "value"].map(
      (name, at) => [`a.${name}.weight`, numbers(48).slice(16 * at, 16 * at + 16)] as const,
    );
    const projection = { "a.projection.weight": numbers(20).slice(4) };
    const examples = [numbers(12), numbers(24).slice(12)];
    const [one, three] = await Promise.all([
      logits(withParameters(joint ?? built([1]), { "a.attention.weight": numbers(48), ...projection }), examples),
      logits(withParameters(separate ?? built([1]), { ...Object.fromEntries(parts), ...projection }), examples),
    ]);
    expectClose(one ?? [], three ?? []);
  });

  test("heads that do not divide the width, and images, are refused", () => {
    expect(() => built([3, 4], selfAttention({ heads: 3 }))).toThrow(
      'layer "attention1": 4 values do not make 3 equal heads',
    );
    expect(() => built([3, 4, 4], transformerBlock({ heads: 1 }))).toThrow(
      'layer "block1" cannot take [batch, 3, 4, 4]',
    );
  });

  test("all causal layers of a model share one mask", () => {
    const block = transformerBlock({ heads: 1, causal: true });
    const { graph } = built([4, 2], block, block);
    expect(graph.nodes.filter(({ name }) => name.startsWith("causal-mask"))).toHaveLength(1);
  });

  test("a block drops something in training where it is asked to", async () => {
    const model = built([3, 4], transformerBlock({ heads: 2, dropoutRate: 0.5 }));
    const example = [numbers(12)];
    expect(await trainingLogits(model, example, 1)).not.toEqual(await trainingLogits(model, example, 2));
    expectClose(await standardLogits(model, example), await logits(model, example));
  });
});

describe.each([
  ["lstm", lstm, 4],
  ["gru", gru, 3],
] as const)("%s", (kind, cell, gates) => {
  const examples = [numbers(15), numbers(30).slice(15)];

  test("has the parameters of PyTorch's module", () => {
    const { graph } = built([5, 3], named("rnn", cell({ units: 2, layers: 2 })));
    expect([...graph.initializers].map(([name, { shape }]) => [name, shape])).toEqual(
      [3, 2].flatMap((inputs, at) => [
        [`rnn.weight_ih_l${at}`, [gates * 2, inputs]],
        [`rnn.weight_hh_l${at}`, [gates * 2, 2]],
        [`rnn.bias_ih_l${at}`, [gates * 2]],
        [`rnn.bias_hh_l${at}`, [gates * 2]],
      ]),
    );
  });

  test("ONNX Runtime's own operator computes what training unrolls", async () => {
    const model = built([5, 3], cell({ units: 4, layers: 2 }));
    expectClose(await standardLogits(model, examples), await logits(model, examples));
  });

  test("the last state is the last of all", async () => {
    const all = await logits(built([5, 3], cell({ units: 4, layers: 2 })), examples);
    const last = await logits(built([5, 3], cell({ units: 4, layers: 2, states: "last" })), examples);
    expectClose(last, [...all.slice(16, 20), ...all.slice(36, 40)]);
  });

  test("sequences that are too long to be unrolled, and images, are refused", () => {
    expect(() => built([2000, 3], cell({ units: 4 }))).toThrow(
      `layer "${kind}1": the number of places must be a whole number from 1 to 1024, got 2000`,
    );
    expect(() => built([3, 4, 4], cell({ units: 4 }))).toThrow(`layer "${kind}1" cannot take [batch, 3, 4, 4]`);
    expect(() => cell({ units: 0 })).toThrow(`${kind}: units must be a whole number from 1 to`);
  });
});
