/**
 * Scenarios written down: any scenario whose parts are in the catalogue, also one from TypeScript, as the JSON that
 * makes it again. All options stand in it, those by default too, so that it means the same when a default changes.
 *
 * @module
 */
import { Fault, type PartReference, type Plan, planRooms, type Room } from "@potluck/core";
import { lossOf, type Scenario } from "../scenario.ts";
import { definitions } from "../catalogue.ts";
import { assertScenarioFile } from "./parse.ts";
import type { PartEntry } from "./part-schema.ts";
import type { ScenarioFile } from "./scenario-schema.ts";

/**
 * The scenario as a scenario file. Throws Fault "scenario-invalid" for one with a part that is not in the catalogue: only
 * its own source can make that.
 */
export function scenarioToJson(scenario: Scenario): ScenarioFile {
  const { model, loss = lossOf(scenario), data, partition, fleet, plan, ...settings } = scenario;
  const scene = { model, loss, data, partition, fleet };
  const file: unknown = {
    ...settings,
    ...Object.fromEntries(Object.entries(scene).map(([field, { part }]) => [field, entryOf(part)])),
    plan: plan.parts.some(({ room }) => room === "coding") ? codedEntries(plan) : federatedEntries(plan),
  };
  assertScenarioFile(file, settings.name);
  return file;
}

function federatedEntries({ parts, settings }: Plan): object {
  const { versions, mostExamples, mostNorm, ...work } = settings;
  const limits = {
    ...(mostExamples !== undefined && { mostExamples }),
    ...(mostNorm !== undefined && { mostNorm }),
  };
  const entries = Object.fromEntries(parts.map((part) => [fieldOf(part), entryOf(part)]));
  return { ...entries, work, ...(Object.keys(limits).length > 0 && { limits }), versions };
}

function codedEntries({ parts, settings }: Plan): object {
  const { versions: jobs, batchSize = null, patience, backups } = settings;
  const entriesOf = (room: Room): readonly PartEntry[] => parts.filter((part) => part.room === room).map(entryOf);
  const [coding] = entriesOf("coding");
  return { coding, models: entriesOf("server-optimizer"), jobs, batchSize, patience, backups: backups === 1 };
}

function fieldOf({ room, name }: PartReference): string {
  const found = Object.entries(planRooms).find(([, held]) => held === room);
  if (found === undefined) throw unwritable(room, name);
  return found[0];
}

function entryOf(part: PartReference): PartEntry {
  const known = definitions().some(({ room, name }) => room === part.room && name === part.name);
  if (!known) throw unwritable(part.room, part.name);
  return { name: part.name, ...part.options };
}

function unwritable(room: string, name: string): Fault {
  const message = `the ${room} "${name}" is not in the catalogue, so the scenario cannot be written as JSON`;
  return new Fault("scenario-invalid", message, "Run the TypeScript file that makes it.");
}
