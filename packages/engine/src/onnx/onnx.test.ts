import { Fault } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attribute, Graph, Model, TensorData } from "../graph/graph.ts";
import { elementBytes } from "../graph/element-types.ts";
import { FIRST_OPERATOR_SET, LAST_OPERATOR_SET } from "../graph/standard-model.ts";
import { float32Tensor, tensorFromBytes } from "../graph/tensors.ts";
import { readModel } from "./read.ts";
import { writeModel } from "./write.ts";

const text = fc.string({ unit: "grapheme", maxLength: 8 });
const float = fc.float({ noNaN: true });
const integer = fc.maxSafeInteger();

const tensor: fc.Arbitrary<TensorData> = fc
  .tuple(
    fc.constantFrom("float32", "float64", "float16", "int64", "int32", "int8", "uint8", "bool"),
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    fc.infiniteStream(fc.nat(255)),
  )
  .map(([dataType, dimensions, stream]) => {
    const length = dimensions.reduce((product, size) => product * size, elementBytes[dataType]);
    return tensorFromBytes(dataType, dimensions, Uint8Array.from(stream.take(length)));
  });

const dimension = fc.oneof(fc.nat(), fc.string({ minLength: 1, maxLength: 5 }));

/** A graph whose node has such attributes and whose values have names that begin with `prefix`. */
function graphOf(attribute: fc.Arbitrary<Attribute>, prefix: string): fc.Arbitrary<Graph> {
  return fc
    .record({
      names: fc.uniqueArray(fc.string({ maxLength: 8 }), { minLength: 3, maxLength: 3 }),
      title: text,
      attributes: fc.dictionary(text, attribute, { maxKeys: 4, noNullPrototype: true }),
      initial: tensor,
      shape: fc.option(fc.array(dimension, { maxLength: 4 })),
    })
    .map(({ names, title, attributes, initial, shape }) => {
      const [input = "", initializer = "", output = ""] = names.map((name) => prefix + name);
      const inputs = [input, "", initializer];
      return {
        name: title,
        inputs: [{ name: input, dataType: "float32", shape }],
        outputs: [{ name: output, dataType: "int64", shape: null }],
        initializers: new Map([[initializer, initial]]),
        nodes: [{ name: title, operator: title, domain: title, inputs, outputs: [output], attributes }],
      };
    });
}

const plainAttribute: fc.Arbitrary<Attribute> = fc.oneof(
  integer.map((value): Attribute => ({ kind: "int", value })),
  fc.array(integer).map((value): Attribute => ({ kind: "ints", value })),
  float.map((value): Attribute => ({ kind: "float", value })),
  fc.array(float).map((value): Attribute => ({ kind: "floats", value })),
  text.map((value): Attribute => ({ kind: "string", value })),
  fc.array(text).map((value): Attribute => ({ kind: "strings", value })),
  tensor.map((value): Attribute => ({ kind: "tensor", value })),
);

const bodyAttribute: fc.Arbitrary<Attribute> = graphOf(plainAttribute, "in").map((value) => ({ kind: "graph", value }));

const model: fc.Arbitrary<Model> = fc.record({
  graph: graphOf(fc.oneof(plainAttribute, bodyAttribute), "out"),
  irVersion: fc.nat(20),
  opsets: fc
    .tuple(
      fc.array(fc.tuple(text, fc.nat(30)), { maxLength: 2 }),
      fc.integer({ min: FIRST_OPERATOR_SET, max: LAST_OPERATOR_SET }),
    )
    .map(([others, standard]) => new Map([...others, ["", standard]])),
  metadata: fc.array(fc.tuple(text, text), { maxLength: 3 }).map((entries) => new Map(entries)),
});

/** The code of the fault that `act` throws. */
function faultOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "none";
}

function modelWith(change: Partial<Graph>): Model {
  const graph: Graph = {
    name: "identity",
    inputs: [{ name: "x", dataType: "float32", shape: ["batch", 2] }],
    outputs: [{ name: "y", dataType: "float32", shape: ["batch", 2] }],
    initializers: new Map(),
    nodes: [{ name: "copy", operator: "Identity", domain: "", inputs: ["x"], outputs: ["y"], attributes: {} }],
    ...change,
  };
  return { graph, irVersion: 8, opsets: new Map([["", 18]]), metadata: new Map() };
}

/** A branch of If whose output has no type. */
function branchOf(name: string): Graph {
  const node = { name, operator: "Identity", domain: "", inputs: ["x"], outputs: [`${name}/y`], attributes: {} };
  const output = { name: `${name}/y`, dataType: "float32", shape: null, isUntyped: true } as const;
  return { name, inputs: [], outputs: [output], initializers: new Map(), nodes: [node] };
}

describe("ONNX files", () => {
  test("a model that is written and read again is the same model", () => {
    fc.assert(
      fc.property(model, (original) => {
        expect(readModel(writeModel(original))).toEqual(original);
      }),
    );
  });

  test("bytes that were cut off or changed give a fault or a model, never another error", () => {
    const bytes = writeModel(modelWith({ initializers: new Map([["w", float32Tensor([2], [1, 2])]]) }));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const damaged = cut ? bytes.slice(0, at) : bytes.map((old, i) => (i === at ? byte : old));
        expect(["none", "model-invalid", "model-unsupported"]).toContain(faultOf(() => readModel(damaged)));
      }),
    );
  });

  test("a file that is something else is refused with what it lacks", () => {
    expect(() => readModel(new Uint8Array())).toThrow("it lacks a graph");
    expect(faultOf(() => readModel(new TextEncoder().encode("not a model at all")))).toBe("model-invalid");
  });

  test("a path in place of bytes is refused with what to do", () => {
    const path: Uint8Array = JSON.parse('"model.onnx"');
    expect(() => readModel(path)).toThrow("expected, not a String");
  });

  test("a value that nothing produces is named together with the node that uses it", () => {
    const broken = modelWith({ inputs: [] });
    expect(() => readModel(writeModel(broken))).toThrow('node "copy" (Identity) uses "x", which nothing before it');
  });

  test("a value that is produced twice is refused", () => {
    const broken = modelWith({ initializers: new Map([["y", float32Tensor([], [1])]]) });
    expect(() => readModel(writeModel(broken))).toThrow('value "y" is produced twice');
  });

  test.each([
    [new Map([["", FIRST_OPERATOR_SET - 1]])],
    [new Map([["", LAST_OPERATOR_SET + 1]])],
    [new Map([["com.example", 1]])],
  ])("operator sets %o are refused", (opsets) => {
    const read = (): unknown => readModel(writeModel({ ...modelWith({}), opsets }));
    expect(faultOf(read)).toBe("model-unsupported");
  });

  test("values inside of nodes need no type, and get none when they are written", () => {
    const attributes = Object.fromEntries(
      ["then_branch", "else_branch"].map((name) => [name, { kind: "graph", value: branchOf(name) } as const]),
    );
    const choice = { name: "choice", operator: "If", domain: "", inputs: ["x"], outputs: ["y"], attributes };
    const chosen = modelWith({ nodes: [choice] });
    expect(readModel(writeModel(chosen))).toEqual(chosen);
  });

  test("a dimension of −1 is one that is not known", () => {
    const info = { name: "x", dataType: "float32", shape: [-1, 2] } as const;
    expect(readModel(writeModel(modelWith({ inputs: [info] }))).graph.inputs).toEqual([{ ...info, shape: ["x.0", 2] }]);
  });

  test("initializers that old files list among the inputs are not inputs", () => {
    const old = modelWith({ initializers: new Map([["x", float32Tensor([2], [1, 2])]]) });
    expect(readModel(writeModel(old)).graph.inputs).toEqual([]);
  });
});
