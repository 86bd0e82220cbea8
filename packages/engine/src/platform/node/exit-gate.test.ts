import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { dropGate, newGate, passGate } from "./exit-gate.ts";

test("work is done inside the gate, and also when it fails the gate is left", async () => {
  const gate = newGate();
  const seen: number[] = [];
  await passGate(gate, async () => {
    seen.push(Atomics.load(gate, 0));
    return Promise.resolve();
  });
  await expect(passGate(gate, async () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect([...seen, Atomics.load(gate, 0)]).toEqual([1, 0]);
  dropGate(gate);
});

test("nobody goes in once the process is ending", async () => {
  const gate = newGate();
  Atomics.store(gate, 1, 1);
  await passGate(gate, async () => Promise.reject(new Error("inside")));
  dropGate(gate);
});

test("the process waits with its end for a pool at work, and keeps its exit code", async () => {
  // Without the gate the process aborts: "terminate called after throwing an instance of 'Napi::Error'".
  const script = `
    import { rootKey } from "@potluck/core";
    import { createPool, initialParams, mlp, writeModel } from "@potluck/engine";
    const model = mlp({ inputs: 400, hidden: [400], classes: 2, key: rootKey(1) });
    const train = {
      count: 200, shape: [400], features: new Uint8Array(80000), scale: 1, labels: new Uint8Array(200), classes: 2,
    };
    const pool = await createPool({ workers: 2, model: writeModel(model), dataset: { name: "", train, test: train } });
    const job = { solver: { name: "sgd", options: { learningRate: 0.1 } }, params: initialParams(model) };
    const work = { epochs: 12, batchSize: 10 };
    const rows = Uint32Array.from({ length: 200 }, (_, row) => row);
    for (let i = 0; i < 3; i++) void pool.train({ ...job, rows, work, key: rootKey(i) });
    setTimeout(() => process.exit(7), 50);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { cwd: import.meta.dirname });
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  expect([...(await once(child, "close")), errors.join("")]).toEqual([7, null, ""]);
});
