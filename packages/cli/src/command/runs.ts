/**
 * `potluck runs`: what runs the store has, and what is known of one.
 *
 * @module
 */
import { bytes, duration, NOT_MEASURED, percent } from "@potluck/comparison";
import { Command, Option } from "commander";
import { potluckLine } from "../output/shell-command.ts";
import { textTable } from "../output/text-table.ts";
import { type RunRecord, type RunStatus, runStatuses } from "../store/run-record.ts";
import { runStore } from "../store/run-store.ts";
import type { Terminal } from "../terminal.ts";
import { type Format, formatOption, jsonOption, storeOption } from "./options.ts";

interface ListOptions {
  readonly store: string;
  readonly format: Format;
  readonly scenario?: string;
  readonly status?: RunStatus;
}

/** The subcommand, with `show` under it. */
export function runsCommand(terminal: Terminal): Command {
  return new Command("runs")
    .description("List the runs of the store, oldest first.")
    .option("--scenario <name>", "only runs of this scenario")
    .addOption(new Option("--status <status>", "only runs with this status").choices([...runStatuses]))
    .addOption(storeOption())
    .addOption(formatOption())
    .addOption(jsonOption())
    .enablePositionalOptions()
    .addCommand(showCommand(terminal))
    .action(({ store, format, scenario, status }: ListOptions) => {
      const runs = runStore(store).list({ scenario, status });
      if (format === "json") terminal.out(`${JSON.stringify(runs)}\n`);
      else terminal.out(`${listLines(runs, store).join("\n")}\n`);
    });
}

function showCommand(terminal: Terminal): Command {
  return new Command("show")
    .description("Show what is known of a run: scenario, versions, machine, result.")
    .argument("<run>", "its id, or as much of it as no other run has; or a comparison's")
    .addOption(storeOption())
    .addOption(formatOption())
    .addOption(jsonOption())
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .action((word: string, { store, format }: ListOptions) => {
      const runs = runStore(store).find(word);
      if (format === "json") terminal.out(`${JSON.stringify(runs.length === 1 ? runs[0] : runs)}\n`);
      else terminal.out(`${runs.map((run) => showLines(run, store).join("\n")).join("\n\n")}\n`);
    });
}

function listLines(runs: readonly RunRecord[], store: string): readonly string[] {
  if (runs.length === 0) return [`there are no such runs in "${store}"`];
  const rows = runs.map((run) => [
    run.id,
    run.status,
    String(run.seed),
    run.testAccuracy === null ? "" : percent(run.testAccuracy),
    run.virtualSeconds === null ? "" : duration(run.virtualSeconds),
    run.wallSeconds === null ? "" : duration(run.wallSeconds),
    run.modelHash?.slice(0, HASH_SHOWN) ?? "",
    run.experiment === null ? "" : `${run.experiment}: ${run.arm ?? ""}`,
  ]);
  return textTable(["run", "status", "seed", "accuracy", "virtual", "wall", "model", "part of"], rows, [2, 3, 4, 5]);
}

/** Digits of a hash that tell models apart at a glance. */
const HASH_SHOWN = 12;

function showLines(run: RunRecord, store: string): readonly string[] {
  return [
    run.id,
    row("scenario", run.title === null ? run.scenario : `${run.scenario}: ${run.title}`),
    row("status", run.ended === null ? run.status : `${run.status}: ${run.ended}`),
    row("seed", run.seed),
    row("started", run.startedAt),
    row("ended", run.endedAt),
    row("part of", run.experiment === null ? null : `${run.experiment}, as "${run.arm ?? ""}"`),
    row("versions", listed(run.versions)),
    row("machine", listed(run.environment)),
    row("test accuracy", run.testAccuracy === null ? NOT_MEASURED : percent(run.testAccuracy)),
    row("test loss", run.testLoss === null ? NOT_MEASURED : run.testLoss.toFixed(4)),
    row("versions made", run.rounds),
    row("virtual time", run.virtualSeconds === null ? null : duration(run.virtualSeconds)),
    row("wall time", run.wallSeconds === null ? null : duration(run.wallSeconds)),
    row("bytes up", run.bytesUp === null ? null : bytes(run.bytesUp)),
    row("bytes down", run.bytesDown === null ? null : bytes(run.bytesDown)),
    row("model hash", run.modelHash),
    row("files", run.folder),
    row("command", run.command),
    row(
      "again",
      run.file === null
        ? `${run.command} (a part of it is not in the catalogue)`
        : potluckLine(["rerun", run.id], store),
    ),
    ...(run.file === null ? [] : ["scenario", JSON.stringify(run.file, null, 2)]),
  ];
}

function row(name: string, value: string | number | null): string {
  return `${name.padEnd(14)} ${value ?? "none"}`;
}

function listed(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
