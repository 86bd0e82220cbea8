/**
 * What is measured of a hosted run: published models on the held-out examples, while the run goes on.
 *
 * Measuring takes time and changes nothing in the plan, so that it stands beside the journal: what was measured is written down
 * on its own, and what was not is measured when the coordinator is there again.
 *
 * @module
 */
import { bytesDown, decodePlain, encodePlain, isTraining, ownState, type Seconds, type Task } from "@potluck/core";
import {
  type Gauge,
  type GaugeState,
  INITIAL_GAUGE,
  type Measurement,
  type Progress,
  runGauge,
  spentDown,
  spentUp,
  type Stage,
  type TrainingStage,
} from "@potluck/scenario";
import type { Journal } from "../store/journal.ts";
import type { RunState, Taken } from "./run-state.ts";

/** A stage on which something is trained. */
export type TrainedStage = Stage & { readonly training: TrainingStage };

/** Who is told of measurements, and how long the run has taken. */
export interface Told {
  readonly onProgress: (progress: Progress) => void;
  readonly seconds: () => Seconds;
}

/** Who hears of a measurement; null is a model that has diverged. */
export interface Hearing {
  readonly onMeasured: (measurement: Measurement | null) => void;
  readonly onFailed: (error: unknown) => void;
}

/** What is measured of a run. */
export interface Measurer {
  readonly gauge: () => Gauge;
  /** Notes what an entry came to. */
  readonly note: (taken: Taken, state: RunState) => void;
  /** Measures the newest model, if that is due and nothing else is being measured. */
  readonly measure: (hear: Hearing) => void;
  /** Resolves when nothing is being measured. */
  readonly settled: () => Promise<void>;
  /** A snapshot of a run with that of its gauge, and the part of it that is the run's. */
  readonly snapshot: (run: Uint8Array) => Uint8Array;
  readonly restore: (saved: Uint8Array) => Uint8Array;
  /** Begins with the first model. */
  readonly begin: (state: RunState) => void;
}

/** What is measured on a stage, going on from what is kept. */
export function measurerOf(
  stage: TrainedStage,
  journal: Pick<Journal, "measurements" | "saveMeasurement">,
  told: Told,
): Measurer {
  const make = (before: GaugeState): Gauge =>
    runGauge(
      stage,
      {
        wallSeconds: told.seconds,
        onProgress: (progress) => {
          journal.saveMeasurement(progress.measurement);
          told.onProgress(progress);
        },
      },
      before,
    );
  const measurements = journal.measurements();
  let gauge = make({ ...INITIAL_GAUGE, measurements });
  const under: { way: Promise<void> | null } = { way: null };
  return {
    gauge: () => gauge,
    begin: (state) =>
      gauge.notePublished({ version: 0, params: stage.params, contributions: [] }, momentOf(state, stage)),
    note: (taken, state) => noteTaken(gauge, taken, momentOf(state, stage)),
    measure: ({ onMeasured, onFailed }) => {
      if (under.way !== null || !gauge.isDue()) return;
      const measured = async (): Promise<void> => {
        try {
          const measurement = await gauge.measure();
          under.way = null;
          onMeasured(measurement);
        } catch (error) {
          under.way = null;
          onFailed(error);
        }
      };
      under.way = measured();
    },
    settled: async () => {
      while (under.way !== null) await under.way;
    },
    snapshot: (run) => encodePlain({ run, gauge: gauge.state() }),
    restore: (saved) => {
      const { run, gauge: state } = partsOfSnapshot(saved);
      gauge = make({ ...state, measurements });
      return run;
    },
  };
}

function noteTaken(gauge: Gauge, { event, task, commands }: Taken, moment: Moment): void {
  const { stage } = moment;
  if (event?.kind === "transferred" && event.direction === "down" && task !== undefined) {
    const { bytesPerModel } = stage.costs;
    gauge.noteSpent("down", spentDown(asFetched(task, event.bytes, bytesPerModel), bytesPerModel));
  }
  if (event?.kind === "update") {
    gauge.noteTrainLoss(event.task, event.update.trainLoss);
    if (task !== undefined) gauge.noteSpent("up", spentUp(task, event.update.payload, stage.layout));
  }
  for (const command of commands) {
    if (command.kind === "publish") gauge.notePublished(command, moment);
    if (command.kind === "refuse") gauge.noteRefused(command.task);
  }
}

/** A task as its client got it, who says by how many bytes: one that has not what changes lead on from fetches the whole model. */
function asFetched(task: Task, bytes: number, model: number): Task {
  return isTraining(task) && bytes !== bytesDown(task, model) ? { ...task, download: null } : task;
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

interface Moment {
  readonly machine: RunState["machine"];
  readonly now: Seconds;
  readonly stage: TrainedStage;
}

function momentOf({ machine, at }: RunState, stage: TrainedStage): Moment {
  return { machine, now: at, stage };
}
