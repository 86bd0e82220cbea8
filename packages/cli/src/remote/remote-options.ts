/**
 * What commands have in common that speak to a coordinator.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { Command, Option } from "commander";
import { readFileSync } from "node:fs";
import { type Format, formatOption, jsonOption } from "../command/options.ts";
import type { Terminal } from "../terminal.ts";
import type { Remote } from "./administration.ts";

/** The options of such a command. */
export interface RemoteOptions {
  readonly format: Format;
  readonly key?: string;
  readonly keyFile?: string;
}

/** A subcommand that speaks to the coordinator at its first argument. */
export function remoteCommand(name: string, about: string, terminal: Terminal): Command {
  return new Command(name)
    .description(about)
    .argument("<url>", "where the coordinator is: http://host:port")
    .addOption(
      new Option("--key <key>", "the key that is shown; others may see it in a list of processes").env("POTLUCK_KEY"),
    )
    .option("--key-file <file>", "a file with the key, such as admin-key in the coordinator's folder")
    .addOption(formatOption())
    .addOption(jsonOption())
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
}

/** The coordinator at an address, with the key that the options give. Throws Fault "option-invalid" and "file-missing". */
export function remoteAt(url: string, { key, keyFile }: RemoteOptions): Remote {
  if (keyFile !== undefined) return { url, key: keyIn(keyFile) };
  if (key !== undefined) return { url, key };
  throw new Fault("option-invalid", "there is no key", "Give one with POTLUCK_KEY, --key-file or --key.");
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new Fault("file-missing", `the key file "${file}" cannot be read`, "Give a file with a key in it.");
  }
}

/** Prints lines for people, or the object for programs. */
export function printAnswer(
  terminal: Terminal,
  { format }: RemoteOptions,
  answer: object,
  lines: readonly string[],
): void {
  terminal.out(format === "json" ? `${JSON.stringify(answer)}\n` : `${lines.join("\n")}\n`);
}

/** "2027-01-31 12:00 UTC": an instant in seconds since 1970. */
export function instant(seconds: number): string {
  return `${new Date(1000 * seconds).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
