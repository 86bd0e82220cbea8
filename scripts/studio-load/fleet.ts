/**
 * A run that never was: many clients, some of which answer each second, told as a coordinator tells it.
 *
 * @module
 */
import type { RunOverview } from "@potluck/server";

/** How large a run is, and how much happens in it. */
export interface LoadOptions {
  readonly clients: number;
  readonly updatesPerSecond: number;
}

interface LoadClient {
  readonly client: number;
  readonly device: string;
  readonly tier: string;
  readonly examples: number;
  timesAsked: number;
  timesAnswered: number;
  timesUsed: number;
  taskSeconds: number;
  lastSeen: number;
  readonly isAvailable: true;
  readonly isConnected: true;
  task: number | null;
  version: number | null;
  isSending: boolean;
  readonly isRevoked: false;
  readonly enrolledWith: null;
}

/** A run that goes on. */
export interface LoadRun {
  readonly overview: () => object;
  /** The first line of a feed. */
  readonly everything: () => object;
  /** Lets a second pass; the line that tells of it. */
  readonly second: () => object;
}

const AT_WORK_SHARE = 0.3;
const TIERS = ["phone", "laptop", "desktop"] as const;

interface State extends LoadOptions {
  readonly all: readonly LoadClient[];
  /** How many updates were so many versions old. */
  readonly staleness: Map<number, number>;
  now: number;
  version: number;
  tasks: number;
  answers: number;
}

/** A run with so many clients. */
export function loadRun(options: LoadOptions): LoadRun {
  const all = Array.from({ length: options.clients }, (_, client) => clientOf(client));
  const state: State = { ...options, all, staleness: new Map(), now: 0, version: 0, tasks: 0, answers: 0 };
  for (const client of all.slice(0, options.clients * AT_WORK_SHARE)) ask(state, client);
  const measurements: object[] = [];
  return {
    overview: () => overviewOf(state),
    everything: () => ({
      run: overviewOf(state),
      clients: all,
      refusals: [],
      events: [],
      measurements,
      scorecard: SCORES,
      figures: figuresOf(state.staleness),
    }),
    second: () => {
      const line = second(state);
      measurements.push(...line.measurements);
      return line;
    },
  };
}

function second(state: State): Record<string, unknown> & { readonly measurements: readonly object[] } {
  const { all, updatesPerSecond: updates } = state;
  state.now += 1;
  state.version += 1;
  const from = (state.now * updates) % all.length;
  const answered = around(all, from, updates);
  const asked = around(all, from + all.length / 2, updates).filter(({ task }) => task === null);
  const next = around(all, from + updates, updates);
  const events = [...answered.map((client) => answer(state, client)), ...asked.map((client) => ask(state, client))];
  for (const client of next) client.isSending = client.task !== null;
  return {
    run: overviewOf(state),
    clients: [...answered, ...asked, ...next],
    refusals: [],
    events: [...events, [state.now, "published", null, null, state.version]],
    measurements: [measurementOf(state)],
    scorecard: SCORES,
    figures: figuresOf(state.staleness),
  };
}

/** So many clients from a place on, after the last the first again. */
function around(all: readonly LoadClient[], from: number, count: number): readonly LoadClient[] {
  const start = from % all.length;
  return [...all, ...all.slice(0, count)].slice(start, start + count);
}

function ask(state: State, client: LoadClient): unknown {
  client.task = state.tasks++;
  client.version = state.version;
  client.timesAsked += 1;
  return [state.now, "asked", client.client, client.task, state.version];
}

function answer(state: State, client: LoadClient): unknown {
  const { task, version } = client;
  const age = state.version - (version ?? state.version);
  state.staleness.set(age, (state.staleness.get(age) ?? 0) + 1);
  state.answers += 1;
  client.timesAnswered += 1;
  client.timesUsed += 1;
  client.taskSeconds += TASK_SECONDS;
  client.lastSeen = state.now;
  client.task = null;
  client.version = null;
  client.isSending = false;
  return [state.now, "answered", client.client, task, version, 0.5];
}

const TASK_SECONDS = 20;

function clientOf(client: number): LoadClient {
  return {
    client,
    device: client.toString(16).padStart(64, "0"),
    tier: TIERS[client % TIERS.length] ?? "",
    examples: 100 + (client % 400),
    timesAsked: 0,
    timesAnswered: 0,
    timesUsed: 0,
    taskSeconds: 0,
    lastSeen: 0,
    isAvailable: true,
    isConnected: true,
    task: null,
    version: null,
    isSending: false,
    isRevoked: false,
    enrolledWith: null,
  };
}

const BYTES_PER_MODEL = 400_000;

function overviewOf({ clients: count, now, version, answers }: State): RunOverview {
  const accuracy = 1 - 1 / (1 + version / 50);
  return {
    id: "load",
    name: "load",
    seed: 1,
    scenario: "",
    plan: "",
    fleet: "",
    clock: "wall",
    experiments: [],
    isHosted: true,
    created: 0,
    state: "running",
    ended: null,
    seconds: now,
    version,
    accuracy,
    loss: 1 - accuracy,
    measuredVersion: version,
    clients: { known: count, available: count, connected: count },
    openTasks: Math.round(count * AT_WORK_SHARE),
    updates: { accepted: answers, late: 0, abandoned: 0, invalid: {} },
    bytesUp: answers * BYTES_PER_MODEL,
    bytesDown: answers * BYTES_PER_MODEL,
  };
}

function measurementOf({ now, version, answers }: State): object {
  const testAccuracy = 1 - 1 / (1 + version / 50);
  const bytes = answers * BYTES_PER_MODEL;
  return {
    version,
    virtualSeconds: now,
    testAccuracy,
    testLoss: 1 - testAccuracy,
    updatesUsed: answers,
    bytesUp: bytes,
    bytesDown: bytes,
  };
}

const SCORES = {
  starvation: { clientsNeverUsed: 0, participationFairness: 0.9, worstDecileAccuracy: null },
  delay: { secondsToTarget: null, stalenessP95: 12, idleShare: 0.7, updatesLate: 0 },
  unfairShare: { contributionGap: 0.1, wastedWorkShare: 0.05, clientAccuracySpread: null },
  bottleneck: { bytesUp: 1e9, bytesDown: 1e9, bytesLost: 0, uploadCompression: 1, serverLink: null },
} as const;

function figuresOf(staleness: ReadonlyMap<number, number>): object {
  const groups = TIERS.map((group) => ({ group, clients: 3333, asked: 1 / 3, realised: 1 / 3 }));
  return {
    staleness: Array.from(staleness).toSorted(([one], [other]) => one - other),
    objective: { asked: "per-example", bias: 0, groups },
    tasks: [],
  };
}
