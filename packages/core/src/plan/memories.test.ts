import { expect, test } from "vitest";
import { plainKernels } from "../params/vector-kernels.ts";
import { clientId } from "./identity.ts";
import { type Memories, memoryDefect, noMemories, remember, renew } from "./memories.ts";

const steps = { guarantee: { kind: "exact" }, length: 2 } as const;
const [anna, ben] = [clientId(0), clientId(1)];

function begun(base: "own" | "mean"): Memories {
  const memories = noMemories({ base }, 2, plainKernels);
  if (memories === null) throw new Error("memories are wanted");
  return memories;
}

test("nothing is remembered where nothing asks for it", () => {
  expect(noMemories(undefined, 2, plainKernels)).toBeNull();
});

test("an update counts as all that its client has said", () => {
  const memories = begun("own");
  expect(remember(memories, { client: anna, messages: 0, said: Float64Array.of(1, 2) })).toEqual(Float32Array.of(1, 2));
  expect(remember(memories, { client: ben, messages: 0, said: Float64Array.of(9, 9) })).toEqual(Float32Array.of(9, 9));
  expect(remember(memories, { client: anna, messages: 1, said: Float64Array.of(0, 3) })).toEqual(Float32Array.of(1, 5));
  expect(memories.mean).toBeNull();
});

test("or as the mean of all with what it says, of the last version, in which who was never heard counts as nothing", () => {
  const memories = begun("mean");
  expect(remember(memories, { client: anna, messages: 0, said: Float64Array.of(1, 2) })).toEqual(Float32Array.of(1, 2));
  expect(memories.mean).toEqual(Float32Array.of(0, 0));
  renew(memories, 4, steps);
  expect(memories.mean).toEqual(Float32Array.of(0.25, 0.5));
  expect(remember(memories, { client: anna, messages: 1, said: Float64Array.of(1, 0) })).toEqual(
    Float32Array.of(1.25, 0.5),
  );
  renew(memories, 4, steps);
  expect(memories.mean).toEqual(Float32Array.of(0.5, 0.5));
});

test("of a client that begins anew nothing is remembered any more", () => {
  const memories = begun("mean");
  remember(memories, { client: anna, messages: 0, said: Float64Array.of(1, 2) });
  remember(memories, { client: anna, messages: 0, said: Float64Array.of(5, 0) });
  renew(memories, 1, steps);
  expect(memories.mean).toEqual(Float32Array.of(5, 0));
});

test("a client that goes on from other messages than the server remembers is not understood", () => {
  const memories = begun("own");
  remember(memories, { client: anna, messages: 0, said: Float64Array.of(1, 2) });
  expect(memoryDefect(memories, anna, 1)).toBeNull();
  expect(memoryDefect(memories, anna, 0)).toBeNull();
  expect(memoryDefect(memories, anna, 2)).toBe("the client goes on from 2 of its messages, and the server remembers 1");
  expect(memoryDefect(memories, ben, 1)).toBe("the client goes on from 1 of its messages, and the server remembers 0");
});
