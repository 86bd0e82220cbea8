import { type Kept, taskId } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Answered, memoryIn } from "./memory.ts";
import { packed, unpacked } from "./packed.ts";
import { memoryStore } from "./store.ts";

const KEPT: Kept = { version: 3, messages: 2, vectors: [Float32Array.of(1, 2), Float32Array.of(-0.5)] };
const ANSWERED: Answered = {
  task: taskId(9),
  payload: Uint8Array.of(1, 2, 3),
  said: {
    remembered: 1,
    examples: 4,
    steps: 5,
    trainLoss: 0.25,
    smoothness: 2,
    spent: { downloadSeconds: 1, computeSeconds: 2, uploadSeconds: 3 },
  },
  kept: KEPT,
};

test("records are read as they were written", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.uint8Array()), (head, blocks) => {
      expect(unpacked(packed({ head, blocks }))).toEqual({ head: JSON.parse(JSON.stringify(head)), blocks });
    }),
  );
});

test("records that were tampered with are read as some record, or none: nothing is thrown", () => {
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.array(fc.uint8Array()).map((blocks): Uint8Array => packed({ head: null, blocks })),
  );
  fc.assert(
    fc.property(bytes, fc.nat(), fc.nat({ max: 255 }), (original, at, value) => {
      const broken = Uint8Array.from(original);
      if (broken.length > 0) broken[at % broken.length] = value;
      unpacked(broken);
      expect(unpacked(broken.subarray(0, at % (broken.length + 1)))?.blocks.length ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("what a device keeps and has not sent outlives its process", async () => {
  const store = memoryStore();
  const first = await memoryIn(store);
  expect([first.run(), first.kept(), first.answered()]).toEqual(["", null, null]);
  await first.begin("run");
  await first.answer(ANSWERED);
  const second = await memoryIn(store);
  expect([second.run(), second.kept(), second.answered()]).toEqual(["run", null, ANSWERED]);
  await second.settle(taskId(9), true);
  const third = await memoryIn(store);
  expect([third.run(), third.kept(), third.answered()]).toEqual(["run", KEPT, null]);
});

test("how far a task has come outlives the process, is of that task alone, and is forgotten once it is answered", async () => {
  const store = memoryStore();
  const first = await memoryIn(store);
  await first.begin("run");
  const [losses, params, slots] = [Float32Array.of(3, 2), Float32Array.of(1, -0), [Float32Array.of(5, 6)]];
  const advanced = { checkpoint: { losses, params, slots }, seconds: 7.5 };
  await first.advance(taskId(9), advanced);
  const second = await memoryIn(store);
  expect(await second.advanced(taskId(9))).toEqual(advanced);
  expect(await second.advanced(taskId(8))).toBeNull();
  await store.write("advanced", Uint8Array.of(1, 2, 3));
  expect(await second.advanced(taskId(9))).toBeNull();
  await second.advance(taskId(9), advanced);
  await second.answer(ANSWERED);
  expect(await (await memoryIn(store)).advanced(taskId(9))).toBeNull();
  await second.advance(taskId(9), advanced);
  await second.begin("other");
  expect(await (await memoryIn(store)).advanced(taskId(9))).toBeNull();
});

test("an answer that does not count leaves what is kept as it was, and so does word of another one", async () => {
  const memory = await memoryIn(memoryStore());
  await memory.begin("run");
  await memory.answer(ANSWERED);
  await memory.settle(taskId(8), true);
  expect(memory.answered()).toEqual(ANSWERED);
  await memory.settle(taskId(9), false);
  expect([memory.kept(), memory.answered()]).toEqual([null, null]);
});

test("a device in another run has nothing of the one before", async () => {
  const store = memoryStore();
  const memory = await memoryIn(store);
  await memory.begin("run");
  await memory.answer(ANSWERED);
  await memory.settle(taskId(9), true);
  await memory.answer(ANSWERED);
  await memory.begin("other");
  const again = await memoryIn(store);
  expect([again.run(), again.kept(), again.answered()]).toEqual(["other", null, null]);
});

test("what cannot be read counts as lost", async () => {
  const store = memoryStore();
  await store.write("kept", Uint8Array.of(1, 2, 3));
  await store.write("answered", packed({ head: { format: 99 }, blocks: [] }));
  const memory = await memoryIn(store);
  expect([memory.run(), memory.kept(), memory.answered()]).toEqual(["", null, null]);
});

test("a store that cannot be written to is a fault that says so", async () => {
  const full = { ...memoryStore(), write: async (): Promise<void> => Promise.reject(new Error("disk full")) };
  const memory = await memoryIn(full);
  await expect(memory.begin("run")).rejects.toMatchObject({ code: "output-unwritable" });
});
