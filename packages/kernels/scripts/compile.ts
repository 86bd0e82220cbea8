/**
 * Compiles the hot loops from AssemblyScript to WebAssembly. The result depends on the source and the version of the
 * compiler alone.
 *
 * @module
 */
import { main } from "assemblyscript/asc";
import { fileURLToPath } from "node:url";

/** The file that holds the compiled loops. */
export const generatedFile: URL = new URL("../src/gen/vector-kernels.wasm.ts", import.meta.url);

const SOURCE = "assembly/vector-kernels.ts";
const FLAGS = ["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--noExportMemory", "--enable", "simd"];

/** The compiled loops. Throws an Error with the compiler's messages when the source is wrong. */
export async function compileKernels(): Promise<Uint8Array> {
  const outputs: Uint8Array[] = [];
  const messages: string[] = [];
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const { error } = await main([SOURCE, "--baseDir", folder, ...FLAGS, "--outFile", "kernels.wasm"], {
    stderr: { write: (chunk) => void messages.push(String(chunk)) },
    writeFile: (_, contents) => {
      if (contents instanceof Uint8Array) outputs.push(contents);
    },
  });
  const [bytes] = outputs;
  if (error !== null || bytes === undefined) throw new Error(`${SOURCE} does not compile\n${messages.join("")}`);
  return bytes;
}

/** The source text of {@link generatedFile} for these bytes. */
export function generatedSource(bytes: Uint8Array): string {
  return `/**
 * The compiled loops of \`assembly/vector-kernels.ts\`, ${bytes.length} bytes. Made by \`npm run generate\`; do not edit.
 *
 * @module
 */

/** A WebAssembly module in base64. */
export const vectorKernelsBase64: string =
  "${Buffer.from(bytes).toString("base64")}";
`;
}
