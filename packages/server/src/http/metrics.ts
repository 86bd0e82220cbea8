/**
 * What a coordinator tells Prometheus: names with units, by its conventions.
 *
 * What can be looked up is looked up when it is asked for; only what happens in between is counted as it happens.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, Histogram, type MetricConfiguration, Registry } from "prom-client";
import type { RunOverview, RunsView } from "./runs-view.ts";

/** What is counted as it happens, and all of it as text. */
export interface Meters {
  /** So long after it was said to be there an answer was acknowledged. */
  readonly noteAcknowledged: (seconds: Seconds) => void;
  /** Somebody was turned away, by the code of a goodbye or a problem. */
  readonly noteRefused: (code: string) => void;
  /** Bytes of blobs and uploads that have passed over HTTP. */
  readonly noteTransferred: (direction: "up" | "down", bytes: number) => void;
  readonly noteRequest: (route: string, status: number, seconds: Seconds) => void;
  readonly text: () => Promise<string>;
  readonly contentType: string;
  readonly close: () => void;
}

const LATENCIES: number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Meters of a coordinator with these runs. */
export function metersOf(runs: RunsView): Meters {
  const registry = new Registry();
  const registers = [registry];
  const refused = new Counter({
    name: "potluck_refused_total",
    help: "Connections and requests that were turned away, by code.",
    labelNames: ["code"] as const,
    registers,
  });
  const transferred = new Counter({
    name: "potluck_http_transferred_bytes_total",
    help: "Bytes of blobs and uploads that have passed over HTTP.",
    labelNames: ["direction"] as const,
    registers,
  });
  const acknowledged = new Histogram({
    name: "potluck_acknowledgement_seconds",
    help: "From hearing that an answer is there to acknowledging it.",
    buckets: LATENCIES,
    registers,
  });
  const requests = new Histogram({
    name: "potluck_http_request_duration_seconds",
    help: "From the head of a request to the end of its answer.",
    labelNames: ["route", "status"] as const,
    buckets: LATENCIES,
    registers,
  });
  const closeProcess = addProcess(registry);
  const look = addRuns(registry, runs);
  return {
    noteAcknowledged: (seconds) => acknowledged.observe(seconds),
    noteRefused: (code) => refused.inc({ code }),
    noteTransferred: (direction, bytes) => transferred.inc({ direction }, bytes),
    noteRequest: (route, status, seconds) => requests.observe({ route, status: String(status) }, seconds),
    text: async () => {
      await look();
      return registry.metrics();
    },
    contentType: registry.contentType,
    close: () => {
      closeProcess();
      registry.clear();
    },
  };
}

interface Looked {
  readonly name: string;
  readonly help: string;
  /** Beside that of the run. */
  readonly labels?: readonly string[];
  readonly of: (run: RunOverview) => readonly Sample[];
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const one = (value: number | null): readonly Sample[] => (value === null ? [] : [{ labels: {}, value }]);

const STATES = ["waiting", "running", "paused", "ended"] as const;

const GAUGES: readonly Looked[] = [
  {
    name: "potluck_run_state",
    help: "1 for the state that a run is in.",
    labels: ["state"],
    of: ({ state }) => STATES.map((each) => ({ labels: { state: each }, value: each === state ? 1 : 0 })),
  },
  { name: "potluck_run_seconds", help: "The clock of a run.", of: ({ seconds }) => one(seconds) },
  { name: "potluck_model_version", help: "The newest model version.", of: ({ version }) => one(version) },
  {
    name: "potluck_test_accuracy_ratio",
    help: "Of the model that was measured last, on held-out examples.",
    of: ({ accuracy }) => one(accuracy),
  },
  { name: "potluck_test_loss", help: "Of the model that was measured last.", of: ({ loss }) => one(loss) },
  { name: "potluck_clients_known", help: "Clients that have ever joined.", of: ({ clients }) => one(clients.known) },
  {
    name: "potluck_clients_available",
    help: "Clients that are there, also while their connection is away for a moment.",
    of: ({ clients }) => one(clients.available),
  },
  {
    name: "potluck_clients_connected",
    help: "Clients with a connection.",
    of: ({ clients }) => one(clients.connected),
  },
  { name: "potluck_tasks_open", help: "Tasks that are out.", of: ({ openTasks }) => one(openTasks) },
];

const COUNTERS: readonly Looked[] = [
  {
    name: "potluck_updates_total",
    help: "Answers of clients by what became of them; of invalid ones the rule that they break.",
    labels: ["outcome", "reason"],
    of: ({ updates: { accepted, invalid, ...counts } }) => [
      // Counters do not go down: who is abandoned later was accepted.
      ...Object.entries({ accepted: accepted + (counts.abandoned ?? 0), ...counts }).flatMap(([outcome, value]) =>
        one(value).map((sample) => ({ ...sample, labels: { outcome, reason: "" } })),
      ),
      ...Object.entries(invalid).map(([reason, value]) => ({ labels: { outcome: "invalid", reason }, value })),
    ],
  },
  {
    name: "potluck_update_bytes_total",
    help: "Encoded bytes of answers (up) and of models that were fetched for tasks (down).",
    labels: ["direction"],
    of: ({ bytesUp, bytesDown }) => [
      { labels: { direction: "up" }, value: bytesUp },
      { labels: { direction: "down" }, value: bytesDown },
    ],
  },
];

/** Adds what is looked up of runs. */
function addRuns(registry: Registry, runs: RunsView): () => Promise<void> {
  const settings = ({ name, help, labels = [] }: Looked): MetricConfiguration<string> => ({
    name,
    help,
    labelNames: ["run", ...labels],
    registers: [registry],
  });
  const gauges = GAUGES.map((looked) => ({ looked, metric: new Gauge(settings(looked)) }));
  const counters = COUNTERS.map((looked) => ({ looked, metric: new Counter(settings(looked)) }));
  return async () => {
    for (const { metric } of [...gauges, ...counters]) metric.reset();
    for (const run of await runs.list()) {
      for (const { looked, metric } of gauges) {
        for (const { labels, value } of looked.of(run)) metric.set({ run: run.id, ...labels }, value);
      }
      for (const { looked, metric } of counters) {
        for (const { labels, value } of looked.of(run)) metric.inc({ run: run.id, ...labels }, value);
      }
    }
  };
}

/** Adds what is looked up of the process; what stops watching it. */
function addProcess(registry: Registry): () => void {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MILLISECONDS });
  delay.enable();
  const registers: Registry[] = [];
  const late = new Gauge({
    name: "potluck_event_loop_delay_seconds",
    help: "How late the event loop was, since it was asked last: 99 of 100 times less than this.",
    registers,
    collect() {
      this.set(Math.max(0, (delay.percentile(TAIL_PERCENT) || 0) / NANOSECONDS));
      delay.reset();
    },
  });
  const memory = new Gauge({
    name: "process_resident_memory_bytes",
    help: "Memory of this process.",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  const cpu = new Counter({
    name: "process_cpu_seconds_total",
    help: "Processor time of this process.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / MICROSECONDS);
    },
  });
  for (const metric of [late, memory, cpu]) registry.registerMetric(metric);
  return () => delay.disable();
}

const DELAY_RESOLUTION_MILLISECONDS = 10;
const TAIL_PERCENT = 99;
const MICROSECONDS = 1e6;
const NANOSECONDS = 1e9;
