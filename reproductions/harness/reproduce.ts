/**
 * `npm run reproduce -- <room>/<method> …`: runs experiments and writes what they measured.
 *
 * `pacing/fed-fix` is the experiment of that folder, experiment.ts, and its RESULT.md; `pacing/fed-fix/quadratics` is
 * another one beside it, quadratics.ts, and its RESULT-quadratics.md.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Experiment, Report } from "./experiment.ts";
import { frontOf, frontSection } from "./front.ts";
import { placeOf } from "./place.ts";
import { render, renderReport } from "./render.ts";
import { runExperiment } from "./run.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const names = process.argv.slice(2);

if (names.length === 0) {
  process.stderr.write("Which one? For example: npm run reproduce -- solver/fed-prox\n");
  process.exitCode = 2;
}

for (const name of names) await reproduce(name);

async function reproduce(name: string): Promise<void> {
  const place = placeOf(name);
  const path = join(root, place.experiment);
  if (!existsSync(path)) {
    process.stderr.write(`There is no reproductions/${place.experiment}\n`);
    process.exitCode = 1;
    return;
  }
  const startedAt = performance.now();
  const loaded: unknown = await import(path);
  if (!holdsExperiment(loaded)) throw new Error(`${path} exports no experiment`);
  const { experiment } = loaded;
  const missing = (experiment.needs ?? []).filter((file) => !existsSync(file));
  if (missing.length > 0) {
    const files = missing.map((file) => relative(dirname(root), file)).join(", ");
    process.stderr.write(`${name} is skipped: it needs ${files}, seen from the project's folder\n`);
    return;
  }
  process.stderr.write(`${name}: ${experiment.title}\n`);
  if ("measure" in experiment) {
    await writeFile(join(root, place.result), renderReport(name, experiment.title, await experiment.measure(say)));
  } else await measureArms(name, experiment);
  process.stderr.write(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
}

async function measureArms(name: string, experiment: Experiment): Promise<void> {
  const { result, picture } = placeOf(name);
  const outcomes = await runExperiment(experiment, { say });
  const front = experiment.drawn === undefined ? null : frontOf(experiment, experiment.drawn, outcomes[0]);
  if (front !== null) await writeFile(join(root, picture), `${front.svg}\n`);
  const lines = front === null ? [] : frontSection(front, basename(picture));
  await writeFile(join(root, result), render(name, experiment, outcomes, lines));
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function holdsExperiment(loaded: unknown): loaded is { readonly experiment: Experiment | Report } {
  return typeof loaded === "object" && loaded !== null && "experiment" in loaded;
}
