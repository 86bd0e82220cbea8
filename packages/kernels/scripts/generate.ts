/**
 * Compiles the hot loops and writes them to the file that is checked in: `npm run generate`.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { compileKernels, generatedFile, generatedSource } from "./compile.ts";

await writeFile(generatedFile, generatedSource(await compileKernels()));
