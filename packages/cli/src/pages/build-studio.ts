/**
 * The studio, built from its sources into a folder, with the catalogue beside it.
 *
 * @module
 */
import { studioPage } from "@potluck/studio";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildInto } from "./build-into.ts";
import { addDigits } from "./digit-files.ts";
import { methodsCatalogue, reproductions } from "./methods-catalogue.ts";

/** Builds into `folder`, whose old files go, and resolves to its whole path. It takes a second or two. Rejects with Fault "output-unwritable". */
export async function buildStudio(folder: string): Promise<string> {
  return buildInto(folder, {
    what: "the studio",
    root: studioPage,
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    worker: { format: "es" },
    // The Lab trains with WebAssembly alone: what drives graphics cards would be twice as much.
    resolve: { alias: { "onnxruntime-web/webgpu": "onnxruntime-web/wasm" } },
    build: { modulePreload: false },
    addTo: async (built) => {
      await addMethods(built);
      await addDigits(built);
    },
  });
}

/** Adds the catalogue, and a file for what was measured of each of its methods. */
async function addMethods(folder: string): Promise<void> {
  const catalogue = await methodsCatalogue();
  await writeFile(join(folder, "methods.json"), JSON.stringify(catalogue));
  for (const [path, reproduction] of await reproductions(catalogue)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), JSON.stringify(reproduction));
  }
}
