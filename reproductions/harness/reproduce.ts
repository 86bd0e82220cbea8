/**
 * `npm run reproduce -- <room>/<method> …`: runs experiments and writes their RESULT.md.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Experiment } from "./experiment.ts";
import { render } from "./render.ts";
import { runExperiment } from "./run.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const names = process.argv.slice(2);

if (names.length === 0) {
  process.stderr.write("Which one? For example: npm run reproduce -- solver/fed-prox\n");
  process.exitCode = 2;
}

for (const name of names) await reproduce(name);

async function reproduce(name: string): Promise<void> {
  const path = join(root, name, "experiment.ts");
  if (!existsSync(path)) {
    process.stderr.write(`There is no reproductions/${name}/experiment.ts\n`);
    process.exitCode = 1;
    return;
  }
  const startedAt = performance.now();
  const loaded: unknown = await import(path);
  if (!holdsExperiment(loaded)) throw new Error(`${path} exports no experiment`);
  const { experiment } = loaded;
  process.stderr.write(`${name}: ${experiment.title}\n`);
  const outcomes = await runExperiment(experiment, { say: (line) => process.stderr.write(`${line}\n`) });
  await writeFile(join(root, name, "RESULT.md"), render(name, experiment, outcomes));
  process.stderr.write(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
}

function holdsExperiment(loaded: unknown): loaded is { readonly experiment: Experiment } {
  return typeof loaded === "object" && loaded !== null && "experiment" in loaded;
}
