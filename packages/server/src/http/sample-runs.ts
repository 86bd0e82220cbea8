/**
 * Runs for tests of what is served over HTTP: one that goes on, with two clients.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { HistoryRow, RunFigures } from "@potluck/scenario";
import type { BeginRun, ClientOverview, RunOverview, RunsView } from "./runs-view.ts";

/** Runs, and what was done to them. */
export interface SampleRuns {
  readonly runs: RunsView;
  readonly begin: BeginRun;
  readonly deeds: string[];
}

const RUN = "r1";

/** What there is to see of it, until it has ended for some reason. */
function overviewOf(ended: string | null, isPaused: boolean): RunOverview {
  return {
    id: RUN,
    name: "sample",
    seed: 1,
    scenario: "5ce0",
    plan: "rounds 3, mean, sgd 0.1",
    fleet: "whoever joins",
    clock: "wall",
    experiments: [],
    isHosted: true,
    created: 1_000_000,
    state: ended !== null ? "ended" : isPaused ? "paused" : "running",
    ended,
    seconds: 12.5,
    version: 3,
    accuracy: 0.75,
    loss: 0.5,
    measuredVersion: 2,
    clients: { known: 2, available: 2, connected: 1 },
    openTasks: 1,
    updates: { accepted: 7, late: 1, abandoned: 0, invalid: { norm: 2, examples: 0 } },
    bytesUp: 1000,
    bytesDown: 2000,
  };
}

const times = { timesAsked: 5, timesAnswered: 4, timesUsed: 3, taskSeconds: 8, lastSeen: 11 };
const common = { tier: "node", examples: 10, ...times, isAvailable: true };
const CLIENTS: readonly ClientOverview[] = [
  { ...common, client: 0, device: "aa", isConnected: true, task: 4, version: 3, isSending: true },
  { ...common, client: 1, device: "bb", isConnected: false, task: null, version: null, isSending: false },
];
const HISTORY: readonly HistoryRow[] = [
  [0, "joined", 0, null, null],
  [1, "asked", 0, 4, 3],
];
const FIGURES: RunFigures = {
  staleness: [
    [0, 6],
    [2, 1],
  ],
  objective: {
    asked: "per-example",
    bias: 0,
    groups: [{ group: "all clients", clients: 2, asked: 1, realised: 1 }],
  },
  tasks: [],
};
const REFUSALS = [{ at: 3, client: 1, task: 5, refusal: "invalid", detail: "a norm of 9, at most 1" }] as const;

/** A run "r1" with clients of the devices "aa" and "bb". */
export function sampleRuns(): SampleRuns {
  const deeds: string[] = [];
  let [ended, isPaused]: [string | null, boolean] = [null, false];
  let isThere = true;
  async function of<T>(run: string, value: T): Promise<T | null> {
    return run === RUN && isThere ? value : null;
  }
  return {
    deeds,
    begin: async ({ seed, startClients }) => {
      if (seed === 13) throw new Fault("plan-contradiction", "the plan cannot be", "Ask for another one");
      deeds.push(`begin ${seed} ${startClients}`);
      return RUN;
    },
    runs: {
      list: async () => (isThere ? [overviewOf(ended, isPaused)] : []),
      one: async (run) => of(run, overviewOf(ended, isPaused)),
      summary: async (run) => of(run, { status: "running" }),
      scorecard: async (run) => of(run, { updatesLate: 1 }),
      result: async (run) => of(run, ended === null ? ("missing" as const) : { status: "finished" }),
      report: async (run) =>
        of(run, ended === null ? ("missing" as const) : { html: "<!doctype html><title>r1</title>" }),
      ...looksAt(of),
      setPaused: async (run, wanted) => {
        if (run !== RUN) return null;
        if (ended !== null) return false;
        isPaused = wanted;
        return true;
      },
      stop: async (run, reason) => {
        if (run !== RUN) return null;
        if (ended !== null) return false;
        ended = reason;
        deeds.push(`stop ${reason}`);
        return true;
      },
      remove: async (run) => {
        if (run !== RUN || !isThere) return null;
        if (ended === null) return false;
        isThere = false;
        deeds.push("remove");
        return true;
      },
      sendAway: async (device) => {
        deeds.push(`away ${device}`);
      },
    },
  };
}

/** What only looks at the run. */
type Looks = Pick<
  RunsView,
  "measurements" | "refusals" | "figures" | "events" | "history" | "clients" | "tasks" | "model"
>;

function looksAt(of: <T>(run: string, value: T) => Promise<T | null>): Looks {
  return {
    measurements: async (run) => of(run, [{ version: 1 }, { version: 2 }]),
    refusals: async (run) => of(run, REFUSALS),
    figures: async (run) => of(run, FIGURES),
    events: async (run, after) => of(run, { last: HISTORY.length, events: HISTORY.slice(after) }),
    history: async (run, after) => {
      const row = HISTORY[after];
      return of(run, { text: row === undefined ? "" : `${JSON.stringify(row)}\n`, last: after + 1 });
    },
    clients: async (run) => of(run, CLIENTS),
    tasks: async (run) => of(run, [{ task: 4, client: 0, version: 3 }]),
    model: async (run, { format, number }) => {
      if (number === 7) return of(run, "several" as const);
      return of(run, format === "onnx" ? Uint8Array.of(1, 2, 3) : ("missing" as const));
    },
  };
}
