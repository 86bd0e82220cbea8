/**
 * A probe as it is run: again and again in one call, as the body of a loop, like a step of training.
 *
 * Runtimes plan the memory of a whole graph ahead, and that of the body of a loop as it runs. So a node takes longer
 * there.
 *
 * @module
 */
import { present } from "@potluck/core";
import type { Graph } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { TensorType } from "../graph/graph-builder.ts";

/** The input that says how often the body runs, an int64 scalar. */
export const TRIPS = "trips";

const SCALAR = { shape: [] } as const;

/** A graph that gives its first input through `body` again and again; `body` gives a value of the same shape. */
export function loopOf(body: Graph): Graph {
  const [carried, ...constant] = body.inputs;
  const value = present(carried, "an input");
  const type: TensorType = { dataType: value.dataType, shape: value.shape ?? [] };
  const graph = graphBuilder();
  graph.input({ name: TRIPS, dataType: "int64", ...SCALAR });
  const start = graph.input({ ...value, name: `${value.name} at first` });
  for (const info of constant) graph.input(info);
  const node = {
    name: "loop",
    operator: "Loop",
    domain: "",
    inputs: [TRIPS, "", start],
    outputs: ["result"],
    attributes: { body: { kind: "graph" as const, value: asBody(body, value.name) } },
  };
  graph.append(node, [type]);
  return graph.build(body.name, ["result"]);
}

/** `body` as a loop wants it: with the count and the condition before what is carried, and the condition given on. */
function asBody(body: Graph, carried: string): Graph {
  const inputs = [
    { name: "count", dataType: "int64" as const, ...SCALAR },
    { name: "go on", dataType: "bool" as const, ...SCALAR },
    ...body.inputs.filter(({ name }) => name === carried),
  ];
  const goOn = { name: "still", dataType: "bool" as const, ...SCALAR };
  const copy = {
    name: "still",
    operator: "Identity",
    domain: "",
    inputs: ["go on"],
    outputs: ["still"],
    attributes: {},
  };
  return { ...body, inputs, outputs: [goOn, ...body.outputs], nodes: [...body.nodes, copy] };
}
