/**
 * The examples that a device joins with, as the command line names them.
 *
 * @module
 */
import type { DeviceData, LocalData, PlainExamples } from "@potluck/client";
import { type Dataset, Fault, fold, present, rootKey } from "@potluck/core";
import { data as sources, partition } from "@potluck/data";
import { existsSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { dataOfClient } from "../live/local-data.ts";
import { loadScenario } from "../scenario/load.ts";
import { imageFolder } from "./image-folder.ts";

/** What the command line says of the data. */
export interface DataOptions {
  /** "mnist", a table, a folder of pictures, or a module. */
  readonly data?: string;
  /** The column of a table that is to be told. */
  readonly label?: string;
  readonly labelAs: "class" | "number";
  /** One of several equal shares, from 1: drawn with the seed. */
  readonly share?: Share;
  /** Whose data are used: those of one of its clients. */
  readonly scenario?: string;
  readonly client: number;
  readonly seed: number;
}

/** One of several shares. */
export interface Share {
  readonly share: number;
  readonly of: number;
}

/** Loads the examples. Rejects with the faults of where they come from, and "option-invalid" where nothing says that. */
export async function deviceData(options: DataOptions): Promise<DeviceData> {
  const { data, scenario, share, seed } = options;
  if ((data === undefined) === (scenario === undefined)) {
    const what = data === undefined ? "nothing says what data are trained on" : "--data and --scenario both name data";
    throw new Fault("option-invalid", what, "Give one of --data and --scenario; see potluck join --help.");
  }
  if (scenario !== undefined) return dataOfClient(await loadScenario(scenario), options.client, seed);
  const loaded = await loadedFrom(data ?? "", options);
  return share === undefined ? loaded : shareOf(loaded, share, seed);
}

async function loadedFrom(data: string, { label, labelAs }: DataOptions): Promise<LocalData | Dataset | PlainExamples> {
  if (data === "mnist") return sources.mnist().load();
  const path = resolve(data);
  if (!existsSync(path)) {
    const remedy = 'Give a file, a folder of pictures, or "mnist"; paths are relative to the current folder.';
    throw new Fault("file-missing", `"${data}" does not exist`, remedy);
  }
  if (statSync(path).isDirectory()) return imageFolder(path);
  const extension = extname(path).toLowerCase();
  if (extension === ".csv") return table(path, label, labelAs);
  if ([".ts", ".mts", ".js", ".mjs"].includes(extension)) return fromModule(path);
  const remedy = "Give a table (.csv), a module (.ts, .js) that exports a dataset, or a folder of pictures.";
  throw new Fault("option-invalid", `"${data}" is of no kind that can be read`, remedy);
}

/** As few rows as there can be are held out: the coordinator judges the model by its own. */
const HELD_OUT = 1e-9;

async function table(file: string, target: string | undefined, targetAs: "class" | "number"): Promise<Dataset> {
  if (target !== undefined) return sources.csv({ file, target, targetAs, testShare: HELD_OUT }).load();
  const what = `nothing says which column of ${file} is to be told`;
  throw new Fault("option-invalid", what, "Name it: --label COLUMN.");
}

async function fromModule(path: string): Promise<LocalData | Dataset | PlainExamples> {
  const exported = await defaultExportOf(path);
  const given: unknown = typeof exported === "function" ? await Reflect.apply(exported, null, []) : exported;
  if (isDeviceData(given)) return given;
  const remedy =
    "Export a dataset by default: { features, shape, labels }, { name, train, test }, or a function of it.";
  throw new Fault("data-invalid", `${path} does not export a dataset`, remedy);
}

async function defaultExportOf(path: string): Promise<unknown> {
  try {
    const module: unknown = await import(pathToFileURL(path).href);
    return typeof module === "object" && module !== null && "default" in module ? module.default : null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault("file-corrupt", `${path} cannot be loaded: ${reason}`, "Mend it at the place it names.");
  }
}

/** Whether this may be data; whether its sizes agree is found out when it is used. */
function isDeviceData(value: unknown): value is LocalData | Dataset | PlainExamples {
  if (typeof value !== "object" || value === null) return false;
  return "dataset" in value || ("train" in value && "test" in value) || ("features" in value && "shape" in value);
}

async function shareOf(
  loaded: LocalData | Dataset | PlainExamples,
  { share, of }: Share,
  seed: number,
): Promise<LocalData> {
  if (!("train" in loaded)) {
    const what = "shares are of whole datasets, and this one comes as examples of this device";
    throw new Fault("option-invalid", what, "Leave --share out.");
  }
  const { clients, examples } = partition
    .iid({ clients: of, testShare: 0 })
    .split({ examples: loaded.train, key: fold(rootKey(seed), "partition") });
  const { train: rows } = present(clients[share - 1], "the rows of share", share);
  return { dataset: { ...loaded, train: examples }, rows };
}
