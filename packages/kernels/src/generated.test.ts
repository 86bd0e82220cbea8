import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { compileKernels, generatedFile, generatedSource } from "../scripts/compile.ts";

test("the checked-in module is what its source compiles to", async () => {
  const expected = generatedSource(await compileKernels());
  expect(await readFile(generatedFile, "utf8"), "run `npm run generate -w packages/kernels`").toBe(expected);
});
