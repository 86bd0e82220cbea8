/**
 * What is measured of a hosted run: published models on the held-out examples, while the run goes on.
 *
 * Measuring takes time and changes nothing in the plan, so that it stands beside the journal: what was measured is written down
 * on its own, and what was not is measured when the coordinator is there again.
 *
 * @module
 */
import { type Command, decodePlain, encodePlain, ownState, type Seconds } from "@potluck/core";
import {
  type Gauge,
  type GaugeState,
  INITIAL_GAUGE,
  type Measurement,
  type Progress,
  runGauge,
  type Stage,
  type TrainingStage,
} from "@potluck/scenario";
import type { RunState } from "./run-state.ts";

/** A stage on which something is trained. */
export type TrainedStage = Stage & { readonly training: TrainingStage };

/** Where measurements are kept. */
export interface MeasurementStore {
  readonly load: () => readonly Measurement[];
  readonly save: (measurement: Measurement) => void;
}

/** Who is told of measurements, and how long the run has taken. */
export interface Told {
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly seconds: () => Seconds;
}

/** What is measured of a run. */
export interface Measurer {
  readonly gauge: () => Gauge;
  /** Notes what the plan asked for. */
  readonly note: (command: Command, state: RunState) => void;
  /** Measures the newest model, if that is due and nothing else is being measured; null is a model that has diverged. */
  readonly measure: (onMeasured: (measurement: Measurement | null) => void) => void;
  /** Resolves when nothing is being measured. */
  readonly settled: () => Promise<void>;
  /** A snapshot of a run with that of its gauge, and the part of it that is the run's. */
  readonly snapshot: (run: Uint8Array) => Uint8Array;
  readonly restore: (saved: Uint8Array) => Uint8Array;
}

/** What is measured on a stage, going on from what is kept. */
export function measurerOf(stage: TrainedStage, store: MeasurementStore, told: Told): Measurer {
  const make = (before: GaugeState): Gauge =>
    runGauge(
      stage,
      {
        wallSeconds: told.seconds,
        onProgress: (progress) => {
          store.save(progress.measurement);
          told.onProgress?.(progress);
        },
      },
      before,
    );
  let gauge = make({ ...INITIAL_GAUGE, measurements: store.load() });
  const under: { way: Promise<void> | null } = { way: null };
  return {
    gauge: () => gauge,
    note: (command, state) => {
      if (command.kind === "publish") gauge.notePublished(command, { ...momentOf(state), stage });
      if (command.kind === "refuse") gauge.noteRefused(command.task);
    },
    measure: (onMeasured) => {
      if (under.way !== null || !hasDue(gauge)) return;
      under.way = measured(gauge, onMeasured).finally(() => {
        under.way = null;
      });
    },
    settled: async () => {
      while (under.way !== null) await under.way;
    },
    snapshot: (run) => encodePlain({ run, gauge: gauge.state() }),
    restore: (saved) => {
      const { run, gauge: state } = partsOfSnapshot(saved);
      gauge = make({ ...state, measurements: store.load() });
      return run;
    },
  };
}

/** What a snapshot of a hosted run is made of. */
export interface GaugeAndRun {
  readonly run: Uint8Array;
  readonly gauge: GaugeState;
}

/** The parts of a snapshot. */
export function partsOfSnapshot(saved: Uint8Array): GaugeAndRun {
  return ownState(decodePlain(saved));
}

function momentOf({ machine, at }: RunState): { readonly machine: RunState["machine"]; readonly now: Seconds } {
  return { machine, now: at };
}

function hasDue(gauge: Gauge): boolean {
  return gauge.models().length > 0 && gauge.isDue();
}

async function measured(gauge: Gauge, onMeasured: (measurement: Measurement | null) => void): Promise<void> {
  onMeasured(await gauge.measure());
}
