import { Fault } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { int, ints } from "../graph/attributes.ts";
import type { Attribute, GraphNode, Model } from "../graph/graph.ts";
import { operators } from "../graph/operators/registry.ts";
import { float32Tensor, int64List, scalarTensor } from "../graph/tensors.ts";
import { difference, importError, modelOf, nodeOf, normalSample, type Parts } from "./check-rewrite.ts";
import { composites } from "./composite/registry.ts";
import { expanded } from "./rewrite.ts";
import { standardForm } from "./standard-form.ts";

const inputs = { x: normalSample("x", [2, 6]) };

function parts(nodes: readonly GraphNode[], outputs: readonly string[], further: Partial<Parts> = {}): Parts {
  return { operatorSet: 20, inputs, shapes: { x: ["batch", 6] }, nodes, outputs, ...further };
}

function valuesOf({ graph }: Model): readonly string[] {
  return graph.nodes.flatMap((node) => node.outputs);
}

/** The fault that `act` throws. */
function faultOf(act: () => unknown): Fault | null {
  try {
    act();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  return null;
}

describe("a graph without composites", () => {
  test("holds operators of the registry and no others", () => {
    const known = new Set(operators.map(({ name }) => name));
    const nodes = [nodeOf("Gelu", ["x"], ["a"]), nodeOf("CastLike", ["a", "x"], ["b"]), nodeOf("Swish", ["b"], ["c"])];
    const { graph } = expanded(modelOf(parts(nodes, ["c"])));
    expect(graph.nodes.filter(({ operator }) => !known.has(operator))).toEqual([]);
  });

  test("is the graph itself where there were none", () => {
    const nodes = [nodeOf("Relu", ["x"], ["a"]), nodeOf("Neg", ["a"], ["b"])];
    const model = modelOf(parts(nodes, ["a", "b"]));
    expect(expanded(model).graph.nodes).toEqual(nodes);
  });

  test("keeps the initializers and the order of inputs and outputs", () => {
    const nodes = [nodeOf("Gelu", ["x"], ["b"]), nodeOf("Mul", ["b", "w"], ["a"])];
    const initializers = { w: float32Tensor([6], [1, 2, 3, 4, 5, 6]) };
    const { graph } = expanded(modelOf(parts(nodes, ["b", "a"], { initializers })));
    expect([...graph.initializers.keys()]).toEqual(["w"]);
    expect(graph.inputs.map(({ name }) => name)).toEqual(["x"]);
    expect(graph.outputs).toEqual([
      { name: "b", dataType: "float32", shape: ["batch", 6] },
      { name: "a", dataType: "float32", shape: ["batch", 6] },
    ]);
  });

  test("keeps the names of values, of outputs even where what is written out would take them", async () => {
    const nodes = [
      nodeOf("Gelu", ["x"], ["Mul"]),
      nodeOf("Gelu", ["Mul"], ["Erf"]),
      nodeOf("Neg", ["Erf"], ["Add"]),
      nodeOf("Abs", ["Add"], ["Mul.1"]),
    ];
    const use = parts(nodes, ["Mul", "Add", "Mul.1"]);
    expect(await importError(use)).toBeLessThan(1e-6);
    expect(valuesOf(expanded(modelOf(use)))).toEqual(expect.arrayContaining(["Mul", "Add", "Mul.1"]));
  });

  test("gives one value out under two names, and an input under another", async () => {
    const nodes = [
      nodeOf("Gelu", ["x"], ["a"]),
      nodeOf("CastLike", ["a", "x"], ["b"]),
      nodeOf("CastLike", ["x", "a"], ["c"]),
    ];
    for (const outputs of [
      ["a", "b", "c"],
      ["c", "b", "a"],
    ]) {
      expect(await importError(parts(nodes, outputs))).toBeLessThan(1e-6);
    }
  });

  test("gives a value of its own out after another that it stands for, too", async () => {
    const nodes = [nodeOf("Neg", ["x"], ["b"]), nodeOf("CastLike", ["b", "x"], ["a"])];
    for (const outputs of [
      ["a", "b"],
      ["b", "a"],
    ]) {
      const use = parts(nodes, outputs);
      expect(await importError(use)).toBe(0);
      expect(expanded(modelOf(use)).graph.outputs.map(({ name }) => name)).toEqual(outputs);
    }
  });
});

describe("a condition that is known before the graph runs", () => {
  const branch = (operator: string, output: string, further: readonly GraphNode[] = []): Attribute => {
    const nodes = [nodeOf(operator, ["x"], [`${output}.inner`]), ...further];
    const last = nodes.at(-1)?.outputs ?? [];
    const { graph } = modelOf({ operatorSet: 20, inputs: {}, nodes, outputs: last });
    return { kind: "graph", value: { ...graph, initializers: new Map([["factor", float32Tensor([], [3])]]) } };
  };
  const scaled = (output: string): readonly GraphNode[] => [nodeOf("Mul", [`${output}.inner`, "factor"], [output])];
  const choices = { then_branch: branch("Gelu", "a", scaled("a")), else_branch: branch("Neg", "b", scaled("b")) };

  test.each([
    [1, "Erf"],
    [0, "Neg"],
  ])("puts the branch in the place of If: %i", async (which, operator) => {
    const nodes = [nodeOf("If", ["which"], ["y"], choices), nodeOf("Relu", ["y"], ["z"])];
    const use = parts(nodes, ["y", "z"], { initializers: { which: scalarTensor("bool", which) } });
    expect(await importError(use)).toBeLessThan(1e-6);
    const found = expanded(modelOf(use)).graph.nodes.map((node) => node.operator);
    expect(found).toContain(operator);
    expect(found).not.toContain("If");
  });

  test("may be computed from shapes", async () => {
    const nodes = [
      nodeOf("Shape", ["x"], ["shape"], { start: int(1) }),
      nodeOf("Equal", ["shape", "one"], ["isOne"]),
      nodeOf("Squeeze", ["isOne"], ["which"]),
      nodeOf("If", ["which"], ["y"], choices),
    ];
    expect(await importError(parts(nodes, ["y"], { initializers: { one: int64List([1]) } }))).toBeLessThan(1e-6);
  });

  test("is needed: one that depends on data is refused", () => {
    const nodes = [
      nodeOf("ReduceMax", ["x"], ["max"], { keepdims: int(0) }),
      nodeOf("IsNaN", ["max"], ["which"]),
      nodeOf("If", ["which"], ["y"], choices),
    ];
    const fault = faultOf(() => expanded(modelOf(parts(nodes, ["y"]))));
    expect(fault?.message).toBe('node "y" (If) chooses between graphs while the model runs');
    expect(fault?.remedy).toContain("constants and on sizes other than the batch");
  });
});

describe("operators that nobody knows are refused with their place and with advice", () => {
  test.each([
    ["Loop", "fixed lengths"],
    ["QLinearConv", "float32"],
    ["RandomNormalLike", "dropout"],
    ["NonZero", "mask of fixed shape"],
    ["Det", "docs/reference/operators.md"],
  ])("%s", (operator, advice) => {
    const fault = faultOf(() => expanded(modelOf(parts([nodeOf(operator, ["x"], ["y"])], ["y"]))));
    expect(fault?.code).toBe("model-unsupported");
    expect(fault?.message).toBe(`node "y" (${operator}) of operator set 20 is not supported`);
    expect(fault?.remedy).toContain(advice);
  });

  test("the operator set is the one of the file", () => {
    const model = modelOf(parts([nodeOf("Det", ["x"], ["y"])], ["y"]));
    expect(() => expanded(model, 15)).toThrow("of operator set 15 is not supported");
  });

  test("operators of another domain", () => {
    const node = { ...nodeOf("FusedGemm", ["x", "x"], ["y"]), domain: "com.microsoft" };
    expect(() => expanded(modelOf(parts([node], ["y"])))).toThrow(
      'node "y" (FusedGemm) of the domain "com.microsoft" is not supported',
    );
  });
});

describe("what is refused of a supported operator comes with what can be done about it", () => {
  const cube = { shapes: { x: ["batch", 6, 6] }, inputs: { x: normalSample("cube", [2, 6, 6]) } };
  const weights = {
    w: float32Tensor([1, 8, 6], new Float32Array(48)),
    r: float32Tensor([1, 8, 2], new Float32Array(16)),
  };
  const peepholes = { ...weights, p: float32Tensor([1, 6], new Float32Array(6)) };
  const symbolic = { shapes: { x: ["time", "batch", 6] } };
  const text = (value: string): Attribute => ({ kind: "string", value });

  test.each([
    [
      "peephole weights",
      nodeOf("LSTM", ["x", "w", "r", "", "", "", "", "p"], ["y"], { hidden_size: int(2) }),
      { ...cube, initializers: peepholes },
      "Use the cells of PyTorch's nn.LSTM",
    ],
    [
      "a number of steps that is only a name",
      nodeOf("LSTM", ["x", "w", "r"], ["y"], { hidden_size: int(2) }),
      { ...cube, ...symbolic, initializers: weights },
      "all sizes fixed but that of the batch",
    ],
    [
      "an equation with a diagonal",
      nodeOf("Einsum", ["x"], ["y"], { equation: text("bii->bi") }),
      cube,
      "each letter once in an operand",
    ],
    [
      "anything else",
      nodeOf("Transpose", ["x"], ["y"], { perm: ints([0, 1]) }),
      cube,
      "docs/reference/operators.md lists the operators",
    ],
  ] as const)("%s", (_, node, further, remedy) => {
    const fault = faultOf(() => expanded(modelOf(parts([node], ["y"], further))));
    expect(fault?.code).toBe("model-unsupported");
    expect(fault?.remedy).toContain(remedy);
  });
});

test("an output that only training has, such as the mask of dropout, may not be read", () => {
  const nodes = [nodeOf("Dropout", ["x"], ["dropped", "mask"]), nodeOf("Not", ["mask"], ["y"])];
  const model = modelOf({ operatorSet: 18, inputs, nodes, outputs: ["y"] });
  expect(() => standardForm(model)).toThrow('node "dropped" (Dropout): its output "mask" is used');
});

test("every composite has a name of its own", () => {
  const names = composites.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("what is written out is the same model when it is written out again", async () => {
  const node = nodeOf("LSTM", ["x3", "w", "r"], ["y"], { hidden_size: int(2) });
  const samples = {
    x3: normalSample("x3", [3, 2, 2]),
    w: normalSample("w", [1, 8, 2]),
    r: normalSample("r", [1, 8, 2]),
  };
  const nodes = [node, nodeOf("Transpose", ["y"], ["z"], { perm: ints([1, 0, 2, 3]) })];
  const once = expanded(modelOf({ operatorSet: 18, inputs: samples, nodes, outputs: ["z"] }));
  expect(expanded(once).graph.nodes).toEqual(once.graph.nodes);
  expect(await difference(once, expanded(once), samples)).toBe(0);
});
