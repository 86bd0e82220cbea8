/**
 * The studio, built from its sources into a folder, with the catalogue beside it.
 *
 * @module
 */
import { studioPage } from "@potluck/studio";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildInto } from "./build-into.ts";
import { addDigits } from "./digit-files.ts";
import { methodsCatalogue } from "./methods-catalogue.ts";

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
      await writeFile(join(built, "methods.json"), JSON.stringify(await methodsCatalogue()));
      await addDigits(built);
    },
  });
}
