/**
 * Options that several subcommands share.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { MAX_WORKERS } from "@potluck/engine";
import { Option } from "commander";
import { DEFAULT_STORE } from "../store/run-store.ts";
import { wholeNumber } from "./whole-number.ts";

/** How results are printed. */
export type Format = "text" | "json";

/** `--store` */
export function storeOption(): Option {
  return new Option("--store <folder>", "where runs are kept").env("POTLUCK_STORE").default(DEFAULT_STORE);
}

/** `--workers` */
export function workersOption(): Option {
  return new Option("--workers <n>", "worker threads; no result depends on it")
    .default(availableParallelism(), "one for each core")
    .argParser(wholeNumber(1, MAX_WORKERS));
}

/** `--fresh` */
export function freshOption(): Option {
  return new Option(
    "--fresh",
    "train all runs, also those that the store has with the same scenario, seed and versions",
  );
}

/** `--format` */
export function formatOption(): Option {
  return new Option("--format <format>", "json prints one object as the last line, also of a fault")
    .choices(["text", "json"])
    .default("text");
}

/** `--json` */
export function jsonOption(): Option {
  return new Option("--json", "the same as --format json").implies({ format: "json" });
}
