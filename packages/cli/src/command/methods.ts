/**
 * `potluck methods`: the catalogue of parts.
 *
 * @module
 */
import { definitions, rooms } from "@potluck/scenario";
import { Fault, type OptionSpec, type PartDefinition, range } from "@potluck/core";
import { Command, Option } from "commander";
import type { Terminal } from "../terminal.ts";
import { jsonOption } from "./options.ts";

/** The subcommand. */
export function methodsCommand(terminal: Terminal): Command {
  return new Command("methods")
    .description("What scenarios can be made of: every part, its options and where it comes from.")
    .argument("[name]", "a part, such as fed-prox, or a room and a part, such as solver/adam")
    .addOption(
      new Option("--format <format>", "json prints the descriptions as data").choices(["text", "json"]).default("text"),
    )
    .addOption(jsonOption())
    .action((name: string | undefined, { format }: { readonly format: "text" | "json" }) => {
      const found = name === undefined ? definitions() : partsNamed(name);
      if (format === "json") terminal.out(`${JSON.stringify(found)}\n`);
      else terminal.out(`${(name === undefined ? overview(found) : found.flatMap(details)).join("\n")}\n`);
    });
}

/** The parts of this name, with or without their room. Throws Fault "part-unknown". */
function partsNamed(name: string): readonly PartDefinition[] {
  const found = definitions().filter((part) => part.name === name || `${part.room}/${part.name}` === name);
  if (found.length > 0) return found;
  const similar = definitions().filter((part) => part.name.includes(name) || name.includes(part.name));
  const hint =
    similar.length === 0 ? "" : ` Did you mean ${similar.map((part) => `${part.room}/${part.name}`).join(", ")}?`;
  throw new Fault("part-unknown", `there is no part called "${name}"`, `\`potluck methods\` lists all of them.${hint}`);
}

function overview(parts: readonly PartDefinition[]): readonly string[] {
  const width = Math.max(...parts.map(({ name }) => name.length));
  const lines = rooms.flatMap(([room, question]) => [
    `${room}: ${question}`,
    ...parts.filter((part) => part.room === room).map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
    "",
  ]);
  return [...lines, "`potluck methods <name>` shows a part's options and its paper."];
}

function details(part: PartDefinition): readonly string[] {
  const { room, name, about, fights, paper } = part;
  const options = Object.entries(part.options);
  return [
    `${room}/${name}`,
    `  ${about}`,
    ...(fights.length === 0 ? [] : [`  fights ${fights.join(", ")}`]),
    ...(paper === undefined ? [] : [`  ${paper.authors}: ${paper.title}. ${paper.venue}. ${paper.link}`]),
    `  options: ${options.length === 0 ? "none" : ""}`,
    ...options.flatMap(([option, spec]) => [
      `    ${option}: ${range(spec)}${defaultOf(spec)}`,
      `        ${spec.about}`,
    ]),
    `  in JSON: ${JSON.stringify({ name, ...exampleOptions(part) })}`,
    "",
  ];
}

function defaultOf(spec: OptionSpec): string {
  return spec.default === undefined ? "; must be given" : `; default ${JSON.stringify(spec.default)}`;
}

/** The options that must be given, with their ranges in place of values. */
function exampleOptions({ options }: PartDefinition): Readonly<Record<string, string>> {
  const needed = Object.entries(options).filter(([, spec]) => spec.default === undefined);
  return Object.fromEntries(needed.map(([name, spec]) => [name, `<${range(spec)}>`]));
}
