/**
 * Replays a run from the start of its journal, whatever snapshots there are: what it comes to is what the run came to.
 *
 * @module
 */
import { Fault, present } from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import type { Acknowledgement } from "@potluck/protocol";
import { type Arrival, type ArrivalAt, modelHashOf, parseScenario, setStage } from "@potluck/scenario";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openBlobs } from "../store/blobs.ts";
import { type Entry, type Journal, openJournal } from "../store/journal.ts";
import { openRegistry, registryFile, type RunRecord } from "../store/registry.ts";
import { runFolder } from "../store/run-folder.ts";
import { partsOfSnapshot } from "./measurer.ts";
import { newRunState, restoredRunState, type RunSetup, type RunState } from "./run-state.ts";

/** What a replay comes to. */
export interface Replayed {
  readonly run: string;
  /** How many entries the journal has. */
  readonly entries: number;
  readonly versions: number;
  /** SHA-256 of the parameters published last, in hexadecimal; null where none were. */
  readonly modelHash: string | null;
  /** Whether the last snapshot and the entries after it lead to the same state, to the bit; null where there is no snapshot, or it is damaged. */
  readonly sameAsRestored: boolean | null;
  /** Whether the last snapshot is damaged: it is of no use, and nothing is lost with it. */
  readonly isSnapshotDamaged: boolean;
  /** What became of every answer, in the order in which they came. */
  readonly answers: readonly Acknowledgement[];
}

/**
 * Replays a run of a coordinator's folder: the only one, or that of this id or name. Throws Fault "folder-in-use", "store-corrupt", and
 * "run-missing" where there is none, or several.
 */
export async function replayRun(folder: string, asked: string = ""): Promise<Replayed> {
  return withJournal(folder, asked, async (record, journal) => replayed(folder, record, journal));
}

/** What a run was told, in order, without what its updates hold. */
export interface JournaledRun {
  readonly record: RunRecord;
  readonly arrivals: readonly ArrivalAt[];
}

/** What a run of a coordinator's folder was told. Throws the faults of {@link replayRun}. */
export async function journaledRun(folder: string, asked: string = ""): Promise<JournaledRun> {
  return withJournal(folder, asked, async (record, journal) => ({
    record,
    arrivals: [...journal.after(0)].flatMap(({ at, entry }) => {
      const arrival = arrivalOf(entry);
      return arrival === null ? [] : [{ at, arrival }];
    }),
  }));
}

function arrivalOf(entry: Entry): Arrival | null {
  if (entry.kind === "started") return { kind: "started" };
  if (entry.kind !== "event") return null;
  const { event } = entry;
  if (event.kind !== "update") return event;
  const { client, task, update } = event;
  return { kind: "update", client, task, spent: update.spent };
}

async function withJournal<T>(
  folder: string,
  asked: string,
  work: (record: RunRecord, journal: Journal) => Promise<T>,
): Promise<T> {
  // Nothing is made where there is nothing.
  if (!existsSync(registryFile(folder))) recordIn([], asked, folder);
  const registry = openRegistry(folder);
  try {
    const record = recordIn(registry.runs(), asked, folder);
    const journal = openJournal(runFolder(folder, record.id));
    try {
      return await work(record, journal);
    } finally {
      journal.close();
    }
  } finally {
    registry.close();
  }
}

async function replayed(folder: string, record: RunRecord, journal: Journal): Promise<Replayed> {
  const scenario = parseScenario(JSON.parse(record.document), record.name);
  const stage = await setStage({ scenario, seed: record.seed }, 1);
  await stage.training.pool.close();
  const { params, layout, key } = stage;
  const payloadOf = openBlobs(join(folder, "blobs")).read;
  const setup: RunSetup = { plan: scenario.plan, params, key, layout, kernels: loadKernels(), payloadOf };
  const saved = journal.snapshot();
  const whole = caughtUp(newRunState(setup), journal);
  const restored = saved === null ? null : caughtUp(restoredRunState(setup, partsOfSnapshot(saved).run), journal);
  return {
    run: record.id,
    entries: whole.state.number,
    versions: whole.state.machine.ledger.versions,
    modelHash: whole.params === null ? null : await modelHashOf(whole.params),
    answers: whole.answers,
    isSnapshotDamaged: journal.isSnapshotDamaged(),
    sameAsRestored: restored === null ? null : isSame(whole.state.snapshot(), restored.state.snapshot()),
  };
}

function recordIn(records: readonly RunRecord[], asked: string, folder: string): RunRecord {
  const found = asked === "" ? records : records.filter(({ id, name }) => id === asked || name === asked);
  const [record, another] = found;
  if (record === undefined) {
    const which = asked === "" ? "no run" : `no run ${JSON.stringify(asked)}`;
    throw new Fault("run-missing", `there is ${which} in ${folder}`, "Give the folder of a coordinator.");
  }
  if (another === undefined) return record;
  const names = found.map(({ id, name }) => `${id} (${name})`).join(", ");
  throw new Fault("run-missing", `there are several runs in ${folder}`, `Say which with --run: ${names}.`);
}

interface CaughtUp {
  readonly state: RunState;
  /** Those published last. */
  readonly params: Float32Array | null;
  readonly answers: readonly Acknowledgement[];
}

function caughtUp(state: RunState, journal: Journal): CaughtUp {
  let params: Float32Array | null = null;
  const answers: Acknowledgement[] = [];
  for (const journaled of journal.after(state.number)) {
    const { event, commands } = state.take(journaled);
    for (const command of commands) if (command.kind === "publish") ({ params } = command);
    if (event?.kind === "update") answers.push(present(state.answers.get(event.client), "what became of an answer"));
  }
  return { state, params, answers };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
