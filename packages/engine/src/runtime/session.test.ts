import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { dense } from "../builder/dense.ts";
import { sequential } from "../builder/sequential.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor, int64List, scalarTensor } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import { openSession, type Session } from "./session.ts";
import { float32, int64 } from "./tensor.ts";

/** Runs a graph that makes something of a table of 5 rows and the whole numbers x + 1, here [9]. */
async function lookedUp(make: (graph: GraphBuilder, table: string, numbers: string) => string): Promise<unknown> {
  const graph = graphBuilder();
  const x = graph.input({ name: "x", dataType: "int64", shape: ["batch"] });
  const table = graph.constant(float32Tensor([5], new Float32Array(5)));
  const numbers = graph.add("Add", [x, graph.constant(scalarTensor("int64", 1))]);
  const session = await openSession(writeModel(standardModel(graph.build("g", [make(graph, table, numbers)]))));
  try {
    return await session.run({ x: int64(BigInt64Array.of(8n), [1]) }, {});
  } finally {
    await session.close();
  }
}

describe("what is not there is no fault of memory: it is said what was looked up", () => {
  test.each<[string, (graph: GraphBuilder, table: string, numbers: string) => string, RegExp]>([
    ["Gather", (graph, table, numbers) => graph.add("Gather", [table, numbers]), /idx=9 must be within .*4\]/],
    ["GatherElements", (graph, table, numbers) => graph.add("GatherElements", [table, numbers]), /Out of range value/],
    [
      "GatherND",
      (graph, table, numbers) =>
        graph.add("GatherND", [table, graph.add("Unsqueeze", [numbers, graph.constant(int64List([1]))])]),
      /index = 9/,
    ],
  ])("%s", async (_, make, said) => {
    await expect(lookedUp(make)).rejects.toMatchObject({ code: "data-invalid", message: expect.stringMatching(said) });
    await expect(lookedUp(make)).rejects.toMatchObject({ remedy: expect.stringContaining("Map every token") });
  });
});

test("what else stops a run is told as ONNX Runtime tells it", async () => {
  const model = sequential({ input: [3], layers: [dense({ units: 2 })], key: rootKey(1) });
  const session: Session = await openSession(writeModel(model));
  const [input] = model.graph.inputs;
  const wrong = { [input?.name ?? ""]: float32(new Float32Array(4), [1, 4]) };
  await expect(session.run(wrong, {})).rejects.toMatchObject({
    code: "training-failed",
    message: expect.stringContaining("ONNX Runtime stopped"),
  });
  await session.close();
});
