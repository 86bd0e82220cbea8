/**
 * The options of `potluck serve`, and what they are to a coordinator.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { parseScenario, type Scenario, scenarioToJson } from "@potluck/scenario";
import { type CoordinatorOptions, type LogLevel, logLevels, openLog } from "@potluck/server";
import { type Command, InvalidArgumentError, Option } from "commander";
import { readFileSync } from "node:fs";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption, storeOption } from "./options.ts";
import { wholeNumber } from "./whole-number.ts";

/** The options as they were given. */
export interface ServeCommandOptions {
  readonly seed: number;
  readonly format: Format;
  readonly store: string;
  readonly folder?: string;
  readonly host: string;
  readonly port: number;
  readonly clients?: number;
  readonly silence: number;
  readonly stay?: boolean;
  readonly open?: boolean;
  readonly origin: readonly string[];
  readonly openMetrics?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly mostNorm?: number;
  readonly mostExamples?: number;
  readonly logLevel: LogLevel;
  readonly logFormat: "json" | "text";
}

const MAX_PORT = 65_535;
const MAX_CLIENTS = 1_000_000;
const MAX_SILENCE = 86_400;

/** Adds the options to the subcommand. */
export function withServeOptions(command: Command): Command {
  for (const option of [...runOptions(), ...whereOptions(), ...whoOptions(), ...logOptions()]) {
    command.addOption(option);
  }
  return command.addOption(formatOption()).addOption(jsonOption()).addOption(storeOption());
}

function runOptions(): readonly Option[] {
  return [
    new Option("--seed <n>", "decides what the plan and its clients draw")
      .default(1)
      .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    new Option("--clients <n>", "the run begins once so many are there; no fewer than the plan needs").argParser(
      wholeNumber(1, MAX_CLIENTS),
    ),
    new Option(
      "--silence <s>",
      "a client that nothing is heard of for so long is gone, and its task with it; give more where tasks are long",
    )
      .default(30)
      .argParser(wholeNumber(1, MAX_SILENCE)),
    new Option("--stay", "go on after the run, for others that are begun over the administration, until Ctrl-C"),
    new Option("--most-norm <x>", "refuse updates that are longer than this").argParser(positive),
    new Option("--most-examples <n>", "refuse updates that claim more examples").argParser(
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    ),
  ];
}

function whereOptions(): readonly Option[] {
  return [
    new Option(
      "--folder <folder>",
      "where the coordinator keeps the run (default: coordinators/<scenario> in the store)",
    ),
    new Option("--host <address>", "where it listens; 0.0.0.0 for all that can reach this machine").default(
      "127.0.0.1",
    ),
    new Option("--port <n>", "the port; 0 for any that is free").default(8080).argParser(wholeNumber(0, MAX_PORT)),
    new Option("--tls-cert <file>", "a certificate in PEM, for HTTPS; with --tls-key"),
    new Option("--tls-key <file>", "its private key in PEM"),
  ];
}

function whoOptions(): readonly Option[] {
  return [
    new Option("--open", "let devices in without a token"),
    new Option("--origin <origin>", "pages of this origin may speak with it; may be given again")
      .default([], "its own alone")
      .argParser(origins),
    new Option("--open-metrics", "let /metrics be read without a key"),
  ];
}

function logOptions(): readonly Option[] {
  return [
    new Option("--log-level <level>", "how much is written down of what happens")
      .choices([...logLevels])
      .default("warn"),
    new Option("--log-format <form>", "how it is written, to standard error").choices(["text", "json"]).default("text"),
  ];
}

function origins(value: string, before: readonly string[]): readonly string[] {
  if (URL.canParse(value) && new URL(value).origin === value) return [...before, value];
  throw new InvalidArgumentError("It must be an origin such as https://lab.example, without a path.");
}

function positive(value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError("It must be a number > 0.");
}

/** What the options say of who may come in, how, and what is written down. Throws Fault "file-missing" and "option-invalid". */
export function coordinatorOptions(options: ServeCommandOptions, terminal: Terminal): Partial<CoordinatorOptions> {
  const { host, port, silence, open = false, origin, openMetrics = false, logLevel, logFormat } = options;
  const tls = certificateIn(options);
  return {
    host,
    port,
    silenceSeconds: silence,
    isOpen: open,
    origins: origin,
    openMetrics,
    log: openLog({ level: logLevel, format: logFormat, write: terminal.err }),
    ...(tls !== null && { tls }),
  };
}

function certificateIn({ tlsCert, tlsKey }: ServeCommandOptions): NonNullable<CoordinatorOptions["tls"]> | null {
  if (tlsCert === undefined && tlsKey === undefined) return null;
  if (tlsCert !== undefined && tlsKey !== undefined) return { cert: pemIn(tlsCert), key: pemIn(tlsKey) };
  throw new Fault("option-invalid", "a certificate and its key belong together", "Give both --tls-cert and --tls-key.");
}

function pemIn(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new Fault("file-missing", `the file "${file}" cannot be read`, "Give a file in PEM.");
  }
}

/** The scenario with the limits that the options set for updates. Throws Fault "scenario-invalid" for a plan that has none. */
export function withLimits(scenario: Scenario, { mostNorm, mostExamples }: ServeCommandOptions): Scenario {
  const limits = { ...(mostNorm !== undefined && { mostNorm }), ...(mostExamples !== undefined && { mostExamples }) };
  if (Object.keys(limits).length === 0) return scenario;
  const { plan, ...file } = scenarioToJson(scenario);
  const before = "limits" in plan ? plan.limits : {};
  return parseScenario({ ...file, plan: { ...plan, limits: { ...before, ...limits } } }, scenario.name);
}
