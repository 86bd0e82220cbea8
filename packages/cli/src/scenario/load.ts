/**
 * Reading scenario files: TypeScript modules and JSON.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Fault } from "@potluck/core";
import { assertScenario, parsePlan, parseScenario, readJson, type Scenario, scenarioToJson } from "@potluck/scenario";

/** The scenario in the file at `path`. Throws Fault "file-missing", "scenario-invalid" and the faults of its parts. */
export async function loadScenario(path: string): Promise<Scenario> {
  return isJson(path) ? parseScenario(await jsonFrom(path), path) : moduleScenario(path);
}

/** The same as {@link loadScenario}, as a scenario file: JSON as it is, not checked yet; a module's scenario written down. */
export async function loadScenarioFile(path: string): Promise<unknown> {
  return isJson(path) ? jsonFrom(path) : scenarioToJson(await moduleScenario(path));
}

/** The plan in the file at `path`: that of a scenario, or in JSON the plan alone. Throws the faults of {@link loadScenario}. */
export async function loadPlan(path: string): Promise<Scenario["plan"]> {
  if (!isJson(path)) return (await moduleScenario(path)).plan;
  const file = await jsonFrom(path);
  const isScenario = typeof file === "object" && file !== null && "plan" in file;
  return isScenario ? parseScenario(file, path).plan : parsePlan(file, path);
}

/** Whether a file is JSON rather than a module. Throws Fault "file-missing", and "scenario-invalid" if it is neither. */
function isJson(path: string): boolean {
  if (!existsSync(path)) {
    throw new Fault(
      "file-missing",
      `the scenario "${path}" does not exist`,
      "Check the path; it is relative to the current folder.",
    );
  }
  const extension = extname(path);
  if (extension === ".json") return true;
  if ([".ts", ".mts", ".js", ".mjs"].includes(extension)) return false;
  throw new Fault(
    "scenario-invalid",
    `"${path}" is neither TypeScript nor JSON`,
    "Give a scenario as a .ts, .js or .json file.",
  );
}

/** Some editors begin a file with it; JSON does not know it. */
const BYTE_ORDER_MARK = "\uFEFF";

async function jsonFrom(path: string): Promise<unknown> {
  const reading = readJson(await textOf(path));
  if (reading.kind === "value") return reading.value;
  throw new Fault("scenario-invalid", `"${path}": ${reading.what}`, "Mend the file at the place it names.");
}

async function textOf(path: string): Promise<string> {
  try {
    const text = await readFile(path, "utf8");
    return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault("file-missing", `the scenario "${path}" cannot be read: ${reason}`, "Give the path of a file.");
  }
}

async function moduleScenario(path: string): Promise<Scenario> {
  const exported = await defaultExportOf(path);
  assertScenario(exported, path);
  return exported;
}

async function defaultExportOf(path: string): Promise<unknown> {
  try {
    const exported: unknown = await import(pathToFileURL(resolve(path)).href);
    return typeof exported === "object" && exported !== null && "default" in exported ? exported.default : undefined;
  } catch (error) {
    if (error instanceof Fault) throw error; // a part refused its options
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault(
      "scenario-invalid",
      `"${path}" cannot be loaded: ${reason}`,
      "Mend the file at the place it names.",
    );
  }
}
