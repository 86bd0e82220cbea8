/**
 * What is wrong with a scenario, in sentences that begin with the path into it, and what to do about it.
 *
 * @module
 */
import { Fault, type FaultCode, valueText } from "@potluck/core";
import type { z } from "zod";
import { definitions } from "../catalogue.ts";
import { partPlace, type Path, pathText } from "./fields.ts";

type Issue = z.core.$ZodIssue;

/** The fault of a scenario with these problems, of which there is one at least; `value` is what `where` holds. */
export function scenarioFault(issues: readonly Issue[], value: unknown, where: string): Fault {
  const sentences = issues.map((issue) => sentenceOf(issue, value));
  const [first] = issues;
  const { code, remedy } = first === undefined ? general : adviceFor(first, value);
  return new Fault(code, `"${where}" does not describe a scenario: ${sentences.join("; ")}`, remedy);
}

/** A fault of the part at `path`, or of whatever is there, told with the file and the path. */
export function faultAt(path: Path, fault: Fault, where: string): Fault {
  return new Fault(fault.code, `"${where}": ${pathText(path)}: ${fault.message}`, fault.remedy);
}

function sentenceOf(issue: Issue, value: unknown): string {
  const path = pathText(issue.path);
  if (isUnknownPart(issue)) return unknownPart(issue, value);
  if (issue.code === "custom") {
    return /^\w+ must/.test(issue.message) ? `${path}.${issue.message}` : `${path}: ${issue.message}`;
  }
  if (issue.code !== "unrecognized_keys") return `${path} ${issue.message}`;
  const what = partPlace(issue.path) === undefined ? "field" : "option";
  const names = issue.keys.map((key) => `"${key}"`).join(", ");
  return `${path} has no ${what} ${names}`;
}

/** Whether a part is named that does not exist, or none at all. */
function isUnknownPart({ code, path }: Issue): boolean {
  return code === "invalid_union" && path.at(-1) === "name";
}

function unknownPart({ path }: Issue, value: unknown): string {
  const name = valueAt(value, path);
  const room = partPlace(path)?.room ?? "part";
  if (name === undefined) return `${pathText(path)} is missing`;
  const isKnown = definitions().some((part) => part.room === room && part.name === name);
  return `${pathText(path)}: ${isKnown ? `no ${room} called ${valueText(name)} can stand here` : `there is no ${room} called ${valueText(name)}`}`;
}

interface Advice {
  readonly code: FaultCode;
  readonly remedy: string;
}

const general: Advice = {
  code: "scenario-invalid",
  remedy:
    "Compare with examples/01-first-run/plan.ts or examples/02-json/scenario.json; `potluck methods` lists parts and options, `potluck schema` all of a file.",
};

function adviceFor(issue: Issue, value: unknown): Advice {
  if (issue.code === "custom") return { code: "option-invalid", remedy: String(issue.params?.["remedy"]) };
  const place = partPlace(issue.path);
  if (place === undefined) return general;
  const { room, within } = place;
  const parts = definitions().filter((definition) => definition.room === room);
  const part = issue.path.slice(0, issue.path.length - within.length);
  const options = parts.find(({ name }) => name === valueAt(value, [...part, "name"]))?.options;
  const [option] = within;
  if (isUnknownPart(issue)) {
    const spec = within.length > 1 ? options?.[String(option)] : undefined;
    const names = spec?.kind === "part" ? spec.of : parts.map(({ name }) => name);
    return { code: "part-unknown", remedy: `Choose one of ${names.map((name) => `"${name}"`).join(", ")}.` };
  }
  if (options === undefined) return general;
  if (option === undefined) return { code: "option-invalid", remedy: optionList(options) };
  const about = options[String(option)]?.about ?? "";
  return { code: "option-invalid", remedy: `Change ${String(option)}. What it does: ${about}` };
}

function optionList(options: object): string {
  const names = Object.keys(options);
  return names.length === 0 ? "It has no options." : `Its options are ${names.join(", ")}.`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined),
    value,
  );
}
