import { plainKernels, present } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { kernelsWith, loadKernels, vectorKernelsBytes } from "./load-kernels.ts";
import { webAssembly, type WebAssemblyInterface } from "./web-assembly.ts";

const here: WebAssemblyInterface = present(webAssembly, "WebAssembly");

test("WebAssembly SIMD is chosen where it runs", () => {
  expect(loadKernels().name).toBe("wasm-simd");
});

test("the module is small enough to be compiled at once on the main thread of any page", () => {
  expect(vectorKernelsBytes().length).toBeLessThan(4096);
});

describe("the plain kernels are chosen", () => {
  test("where there is no WebAssembly", () => {
    expect(kernelsWith(undefined)).toBe(plainKernels);
  });

  test("where WebAssembly has no SIMD", () => {
    expect(kernelsWith({ ...parts(here), validate: () => false })).toBe(plainKernels);
  });

  test("where a page's policy forbids compiling", () => {
    const forbidden = class extends here.Module {
      constructor(bytes: Uint8Array) {
        super(bytes);
        throw new EvalError("refused by the content security policy");
      }
    };
    expect(kernelsWith({ ...parts(here), Module: forbidden })).toBe(plainKernels);
  });

  test("where there is no room for a memory at all", () => {
    expect(kernelsWith({ ...parts(here), Memory: roomFor(0) })).toBe(plainKernels);
  });
});

test("when there is no room for another sum, it lies in ordinary memory and adds up all the same", () => {
  const kernels = kernelsWith({ ...parts(here), Memory: roomFor(2) });
  const ones = Float32Array.of(1, 1, 1);
  const sums = [kernels.zeros(3), kernels.zeros(3)];
  for (const sum of sums) kernels.accumulate(sum, ones, 7);
  expect(kernels.name).toBe("wasm-simd");
  expect(sums.map((sum) => [...sum])).toEqual([
    [7, 7, 7],
    [7, 7, 7],
  ]);
  expect(sums.map((sum) => sum.buffer.byteLength === sum.byteLength)).toEqual([false, true]);
});

/** The members of WebAssembly that the kernels use, for tests that replace one. */
function parts({ validate, Module, Memory, Instance }: WebAssemblyInterface): WebAssemblyInterface {
  return { validate, Module, Memory, Instance };
}

/** A kind of memory of which only `count` can be had. */
function roomFor(count: number): WebAssemblyInterface["Memory"] {
  let left = count;
  return class extends here.Memory {
    constructor(pages: { readonly initial: number; readonly maximum: number }) {
      if (left === 0) throw new RangeError("could not allocate memory");
      left -= 1;
      super(pages);
    }
  };
}
