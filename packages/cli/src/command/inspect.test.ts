import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootKey } from "@potluck/core";
import { mlp, writeModel } from "@potluck/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { say } from "../sample-command.ts";

const model = mlp({ inputs: 4, hidden: [3], classes: 2, key: rootKey(1) });
const FIXTURES = join(import.meta.dirname, "../../../engine/fixtures");

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-inspect-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(content: Uint8Array): Promise<string> {
  const path = join(folder, "model.onnx");
  await writeFile(path, content);
  return path;
}

/** A model with an operator that nobody knows. */
function strange(): Uint8Array {
  const [first, ...rest] = model.graph.nodes;
  if (first === undefined) throw new Error("no nodes");
  const magic = { ...first, name: "trick", operator: "Magic", domain: "com.example", outputs: ["trick"] };
  return writeModel({ ...model, graph: { ...model.graph, nodes: [magic, first, ...rest] } });
}

describe("potluck inspect", () => {
  test("shows layers with what they cost, what is trained, and that the model can be trained", async () => {
    const { out, exitCode } = await say("inspect", await file(writeModel(model)));
    expect(exitCode).toBe(0);
    // 2 · (4 · 3) and 2 · (3 · 2) operations, 5 · 3 and 4 · 2 parameters
    expect(out).toMatch(/Gemm +\[batch, 3\] +15 +24\n/);
    expect(out).toMatch(/Gemm +\[batch, 2\] +8 +12\n/);
    expect(out).toMatch(/\[3, 4\] +trained\n/);
    expect(out).toMatch(/23 parameters, 92\sB\n/);
    expect(out).toContain("It can be trained with the loss cross-entropy.");
  });

  test("says what it counts for where the file fixes the size of the batch", async () => {
    const [first, ...rest] = model.graph.inputs;
    if (first === undefined) throw new Error("no input");
    const inputs = [{ ...first, shape: [4, 4] }, ...rest];
    const { out, exitCode } = await say(
      "inspect",
      await file(writeModel({ ...model, graph: { ...model.graph, inputs } })),
    );
    expect(exitCode).toBe(1);
    expect(out).toMatch(/forward .* for a batch of 4\n/);
    expect(out).not.toContain("for one example");
  });

  test("fits a screen of 100 columns", async () => {
    for (const name of ["gpt.onnx", "mobilenet-v2.legacy.onnx", "resnet-20-group-norm.onnx"]) {
      const { out } = await say("inspect", join(FIXTURES, name));
      expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    }
  });

  test("says which tensors are the same, and from what the exporter made them", async () => {
    const { out } = await say("inspect", join(FIXTURES, "gpt.onnx"));
    expect(out).toMatch(/val_330 +\[8, 65\] +the same as head\.weight, transposed\n/);
    expect(out).toMatch(/val_8 +\[8, 24\] +trained, made from blocks\.0\.attention\.weight\n/);
  });

  test("warns of what the exporter folded, and says why a float tensor is not trained", async () => {
    const { out, exitCode } = await say("inspect", join(FIXTURES, "gpt.onnx"));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/embedding_1 +\[16, 8\] +trained, made from position_embedding\.weight\n/);
    expect(out).toMatch(/val_71 +\[1\] +not trained: no parameter is in it\n/);
    expect(out).toMatch(/val_49 +\[\] +not trained: a single number\n/);
    expect(out).toMatch(/\nwarning: The exporter computed these .*\n {2}embedding_1\nExport with optimize=False/);
  });

  test("names every unsupported operator with its nodes and a remedy, and exits with 1", async () => {
    const { out, exitCode } = await say("inspect", await file(strange()));
    expect(exitCode).toBe(1);
    expect(out).toContain('com.example.Magic is not supported: 1 node\n  "trick"\n  Export the model with standard');
  });

  test("prints one object for programs, also for a model that cannot be trained", async () => {
    const { out } = await say("inspect", await file(strange()), "--json");
    expect(JSON.parse(out)).toMatchObject({ obstacles: [{ nodes: ["trick"] }], training: null, trainedCount: 23 });
  });

  test("counts memory for the batch and the loss that are asked for", async () => {
    const path = await file(writeModel(model));
    const memory = async (batch: string): Promise<number> => {
      const { out } = await say("inspect", path, "--batch", batch, "--format", "json");
      const { training }: { training: { memoryBytes: number } } = JSON.parse(out);
      return training.memoryBytes;
    };
    expect(await memory("64")).toBeGreaterThan(await memory("32"));
    expect((await say("inspect", path, "--loss", "mean-squared-error")).out).toContain("the loss mean-squared-error");
  });

  test("says what is wrong with a file that cannot be read", async () => {
    const said = await say("inspect", join(folder, "none.onnx"), "--format", "json");
    expect(said.exitCode).toBe(1);
    expect(JSON.parse(said.out)).toMatchObject({ error: { code: "file-missing" } });
  });
});
