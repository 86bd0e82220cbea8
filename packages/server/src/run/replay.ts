/**
 * Replays a run from the start of its journal, whatever snapshots there are: what it comes to is what the run came to.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { modelHashOf, type Scenario, setStage } from "@potluck/scenario";
import { join } from "node:path";
import { openBlobs } from "../store/blobs.ts";
import { openDatabase } from "../store/database.ts";
import { journalOf } from "../store/journal.ts";
import { runsIn, snapshotsOf } from "../store/runs.ts";
import { partsOfSnapshot } from "./measurer.ts";
import { newRunState, restoredRunState, type RunSetup, type RunState } from "./run-state.ts";

/** What a replay comes to. */
export interface Replayed {
  /** How many entries the journal has. */
  readonly entries: number;
  readonly versions: number;
  /** SHA-256 of the parameters published last, in hexadecimal; null where none were. */
  readonly modelHash: string | null;
  /** Whether the last snapshot and the entries after it lead to the same state, to the bit; null where there is no snapshot. */
  readonly sameAsRestored: boolean | null;
}

/**
 * Replays the run of a folder, whose scenario `read` reads from the document that it was created with. Throws Fault "folder-in-use",
 * "store-corrupt", and "run-missing" where there is none.
 */
export async function replayRun(folder: string, read: (document: string) => Scenario): Promise<Replayed> {
  const database = openDatabase(folder);
  try {
    const [record] = runsIn(database).all();
    if (record === undefined) {
      throw new Fault("run-missing", `there is no run in ${folder}`, "Give the folder of a coordinator.");
    }
    const scenario = read(record.scenario);
    const stage = await setStage({ scenario, seed: record.seed }, 1);
    const { params, layout, key } = stage;
    const payloadOf = openBlobs(join(folder, "blobs")).read;
    const setup: RunSetup = { plan: scenario.plan, params, key, layout, kernels: loadKernels(), payloadOf };
    const journal = journalOf(database, record.id);
    const saved = snapshotsOf(database, record.id).load();
    await stage.training.pool.close();
    const whole = caughtUp(newRunState(setup), journal);
    const restored = saved === null ? null : caughtUp(restoredRunState(setup, partsOfSnapshot(saved).run), journal);
    return {
      entries: whole.state.number,
      versions: whole.state.machine.ledger.versions,
      modelHash: whole.params === null ? null : await modelHashOf(whole.params),
      sameAsRestored: restored === null ? null : isSame(whole.state.snapshot(), restored.state.snapshot()),
    };
  } finally {
    database.close();
  }
}

interface CaughtUp {
  readonly state: RunState;
  /** Those published last. */
  readonly params: Float32Array | null;
}

function caughtUp(state: RunState, journal: ReturnType<typeof journalOf>): CaughtUp {
  let params: Float32Array | null = null;
  for (const journaled of journal.after(state.number)) {
    for (const command of state.take(journaled)) if (command.kind === "publish") ({ params } = command);
  }
  return { state, params };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
