/**
 * The runs of a coordinator as those see them who look after it.
 *
 * @module
 */
import { ownState } from "@potluck/core";
import { figuresOf, plainOutcome, type RunResult } from "@potluck/scenario";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientOverview, RunOverview, RunsView } from "../http/runs-view.ts";
import type { Room } from "../socket/room.ts";
import type { RunRecord } from "../store/registry.ts";
import { runFolder } from "../store/run-folder.ts";
import type { HostedRun } from "./hosted-run.ts";
import { modelIn } from "./model-in.ts";
import { type RunWords, runWords } from "./run-words.ts";

/** Where runs are. */
export interface SeenRunsOptions {
  /** The folder of the coordinator. */
  readonly folder: string;
  readonly records: () => readonly RunRecord[];
  /** The rooms of those that are hosted, by their ids. */
  readonly rooms: ReadonlyMap<string, Room>;
  /** Hosts a run that has ended for as long as something is done with it. */
  readonly visiting: <T>(record: RunRecord, work: (run: HostedRun) => Promise<T>) => Promise<T>;
  /** Deletes a run that has ended. */
  readonly removing: (id: string) => Promise<void>;
  /** Makes the report of a run; null where none can be made. */
  readonly reporting: ((record: RunRecord, result: RunResult) => Promise<string>) | null;
}

/** The runs as they are seen. */
export function seenRuns(options: SeenRunsOptions): RunsView {
  const { records, rooms, removing, reporting } = options;
  const { recordOf, inTurn, within, overview } = reachOf(options);
  const resultOf = sharedResults();
  return {
    list: async () => (await Promise.all(records().map(overview))).filter((one) => one !== null),
    one: async (id) => {
      const record = recordOf(id);
      return record === null ? null : overview(record);
    },
    summary: async (id) => within(id, async (run) => summaryOf(run, await resultOf(run))),
    scorecard: async (id) => within(id, async (run) => (await resultOf(run)).scorecard),
    result: async (id) => within(id, async (run) => plainOutcome(await resultOf(run))),
    report: async (id) => {
      if (reporting === null) return recordOf(id) === null ? null : "missing";
      return within(id, async (run) => ({ html: await reporting(run.record, await resultOf(run)) }));
    },
    measurements: async (id) => within(id, async (run) => (await resultOf(run)).measurements),
    refusals: async (id) => within(id, async (run) => run.refusals()),
    figures: async (id) => within(id, async (run) => figuresOf(await resultOf(run))),
    events: async (id, after) => within(id, async (run) => run.events(after)),
    history: async (id, after) => within(id, async (run) => run.history(after)),
    clients: async (id) => within(id, async (run) => clientsOf(run, rooms.get(id) ?? null)),
    tasks: async (id) => within(id, async (run) => tasksOf(run)),
    model: async (id, wanted) => within(id, async (run) => modelIn(await resultOf(run), wanted)),
    setPaused: async (id, isPaused) => {
      if (recordOf(id) === null) return null;
      return toldRun(rooms.get(id)?.run, (run) => (isPaused ? run.pause() : run.resume()));
    },
    stop: async (id, reason) => {
      if (recordOf(id) === null) return null;
      return toldRun(rooms.get(id)?.run, (run) => run.end({ status: "interrupted", reason }));
    },
    remove: async (id) =>
      inTurn(async () => {
        const record = recordOf(id);
        if (record === null) return null;
        const room = rooms.get(id);
        if (room === undefined ? !record.ended : room.run.view.ended === null) return false;
        await removing(id);
        return true;
      }),
    sendAway: async (device) => {
      for (const room of rooms.values()) room.sendAway(device);
    },
  };
}

/** How runs are reached, wherever they are. */
interface Reach {
  readonly recordOf: (id: string) => RunRecord | null;
  /** Does something once all that was to be done before has been. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Does something with a run, which is hosted for as long as that takes; null where there is none. */
  readonly within: <T>(id: string, work: (run: HostedRun) => Promise<T>) => Promise<T | null>;
  readonly overview: (record: RunRecord) => Promise<RunOverview | null>;
}

function reachOf({ folder, records, rooms, visiting: visited }: SeenRunsOptions): Reach {
  const inTurn = oneAtATime();
  const wordsOf = runWords();
  const recordOf = (id: string): RunRecord | null => records().find((known) => known.id === id) ?? null;
  // Whoever waits may find that the run has been deleted meanwhile.
  const visiting = async <T>(id: string, work: (run: HostedRun) => Promise<T>): Promise<T | null> =>
    inTurn(async () => {
      const record = recordOf(id);
      return record === null ? null : visited(record, work);
    });
  return {
    recordOf,
    inTurn,
    within: async (id, work) => {
      const room = rooms.get(id);
      return room === undefined ? visiting(id, work) : work(room.run);
    },
    overview: async (record) => {
      const room = rooms.get(record.id);
      if (room !== undefined) return overviewOf(room.run, room, wordsOf(record));
      const kept =
        keptOverview(folder, record) ?? (await visiting(record.id, async (run) => keepOverview(folder, run)));
      // What is said of a run is not kept: it may be said better later.
      return kept === null ? null : { ...kept, ...wordsOf(record) };
    },
  };
}

/** Tells something to a run that goes on; false where it does not. */
async function toldRun(run: HostedRun | undefined, tell: (run: HostedRun) => void): Promise<boolean> {
  if (run === undefined || run.view.ended !== null) return false;
  tell(run);
  // An answer comes after what was said before.
  await run.refusals();
  return true;
}

/** Does one thing after another: nobody makes a coordinator host many runs at once by asking for them, or deletes one that is visited. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const turn = last.then(work);
    last = turn.catch(() => null);
    return turn;
  };
}

/** Results of runs, each made once for all who ask at the same time: making one takes the run's thread a while. */
function sharedResults(): (run: HostedRun) => Promise<RunResult> {
  const making = new Map<HostedRun, Promise<RunResult>>();
  return async (run) => {
    const made = making.get(run) ?? run.result().finally(() => making.delete(run));
    making.set(run, made);
    return made;
  };
}

/** What is kept of a run that has ended. */
type KeptOverview = Omit<RunOverview, keyof RunWords>;

function overviewOf(run: HostedRun, room: Pick<Room, "connected">, words: RunWords): RunOverview {
  return { ...words, ...keptOf(run, room) };
}

function keptOf({ record, view }: HostedRun, room: Pick<Room, "connected"> | null): KeptOverview {
  const { id, name, seed, created } = record;
  const { status, progress, ended } = view;
  const { accepted, late, abandoned } = status.answers;
  return {
    id,
    name,
    seed,
    created,
    state: stateWordOf(view),
    ended: ended === null ? null : (ended.ending?.reason ?? "interrupted from outside"),
    seconds: status.at,
    version: status.versions,
    accuracy: progress?.measurement.testAccuracy ?? null,
    loss: progress?.measurement.testLoss ?? null,
    measuredVersion: progress?.measurement.version ?? null,
    clients: { known: view.members.size, available: view.present.size, connected: room?.connected() ?? 0 },
    openTasks: ended === null ? view.open.size : 0,
    updates: { accepted: accepted - abandoned, late, abandoned, invalid: status.invalid },
    bytesUp: status.bytesUp,
    bytesDown: status.bytesDown,
  };
}

function stateWordOf({ ended, isPaused, status }: HostedRun["view"]): RunOverview["state"] {
  if (ended !== null) return "ended";
  if (isPaused) return "paused";
  return status.started === null ? "waiting" : "running";
}

function summaryOf({ view }: HostedRun, result: RunResult): object {
  const { scenario, status, ended, seed, versions, virtualSeconds, modelHash, scorecard, failures, warnings } = result;
  const last = result.measurements.at(-1);
  return {
    scenario,
    status: view.ended === null ? "running" : status,
    ended: view.ended === null ? null : ended,
    seed,
    rounds: versions,
    seconds: virtualSeconds,
    testAccuracy: last?.testAccuracy ?? null,
    testLoss: last?.testLoss ?? null,
    bytesUp: scorecard.bottleneck.bytesUp,
    bytesDown: scorecard.bottleneck.bytesDown,
    modelHash,
    warnings,
    failures: Object.fromEntries(failures),
  };
}

async function clientsOf(run: HostedRun, room: Room | null): Promise<readonly ClientOverview[]> {
  const { members, present, open } = run.view;
  const profiles = new Map((await run.profiles()).map((profile) => [profile.client, profile]));
  return [...members].map(([device, client]) => {
    const profile = profiles.get(client) ?? { ...UNKNOWN, client };
    const task = open.get(client)?.task ?? null;
    return {
      ...profile,
      device,
      isAvailable: present.has(client),
      isConnected: room?.isConnected(client) ?? false,
      task: task?.id ?? null,
      version: task?.version ?? null,
      isSending: task !== null && room?.uploads.isUnderWay(task.id) === true,
    };
  });
}

const UNKNOWN = { tier: "", examples: 0, timesAsked: 0, timesAnswered: 0, timesUsed: 0, taskSeconds: 0, lastSeen: 0 };

function tasksOf({ view }: HostedRun): readonly { task: number; client: number; version: number }[] {
  return [...view.open.values()].map(({ client, task: { id, version } }) => ({ task: id, client, version }));
}

const OVERVIEW = "overview.json";

/** What those lack that were kept before it was said. */
const UNSAID: Pick<KeptOverview, "measuredVersion"> = { measuredVersion: null };

/** Keeps what there is to see of a run that has ended at a glance, for when it is hosted no more, and gives it. */
export async function keepOverview(folder: string, run: HostedRun): Promise<KeptOverview> {
  // An answer comes after what was told before.
  await run.refusals();
  const overview = keptOf(run, null);
  writeFileSync(join(runFolder(folder, run.record.id), OVERVIEW), JSON.stringify(overview));
  return overview;
}

function keptOverview(folder: string, { id }: RunRecord): KeptOverview | null {
  try {
    const text = readFileSync(join(runFolder(folder, id), OVERVIEW), "utf8");
    return { ...UNSAID, ...ownState<KeptOverview>(JSON.parse(text)) };
  } catch {
    return null;
  }
}
