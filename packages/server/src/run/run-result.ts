/**
 * What a hosted run leaves behind, as simulated runs do.
 *
 * @module
 */
import { clientId, type Machine, present, type Seconds } from "@potluck/core";
import { type RunResult, resultOf } from "@potluck/scenario";
import type { Measurer, TrainedStage } from "./measurer.ts";
import type { RunState } from "./run-state.ts";

const UNSHARED = { use: () => ({ saturatedSeconds: 0, peakBytesPerSecond: 0 }) };
const NO_COSTS = { conversions: 0, failed: 0, flops: 0, seconds: 0, meanDistance: null };

/** What a result is read off. */
export interface Hosted {
  readonly stage: TrainedStage;
  readonly state: RunState;
  readonly measurer: Measurer;
  /** Whether its clients are those of the scenario. */
  readonly rehearsal: boolean;
}

/** The result of a run so far, which has taken so long. */
export async function resultOfRun(hosted: Hosted, seconds: Seconds): Promise<RunResult> {
  const { state, measurer, rehearsal } = hosted;
  await measurer.settled();
  const stage = rehearsal ? hosted.stage : stageOfFleet(hosted.stage, state.machine);
  const result = await resultOf({
    simulation: {
      clock: "wall",
      stage,
      machine: state.machine,
      now: state.at,
      events: state.number,
      ending: state.ended?.ending ?? null,
      failures: state.failures,
      notes: state.notes,
      converter: { costs: () => NO_COSTS },
      links: { up: UNSHARED, down: UNSHARED },
    },
    stage,
    gauge: measurer.gauge(),
    checkpoint: null,
    wallSeconds: () => seconds,
  });
  return rehearsal ? result : withoutPretence(result, state.machine);
}

/** A stage of the clients that are really there, of whose data and speed nothing is known here. */
function stageOfFleet(stage: TrainedStage, { fleet }: Machine): TrainedStage {
  const clients = Array.from({ length: fleet.population }, (_, at) => fleet.client(clientId(at)));
  const like = present(stage.devices[0], "a device of the scenario");
  const nothing = { train: new Uint32Array(0), test: new Uint32Array(0) };
  return {
    ...stage,
    devices: clients.map(({ profile }) => ({ ...like, tier: profile.tier })),
    examplesOf: (client) => fleet.client(client).profile.examples,
    resizesOf: () => [],
    training: { ...stage.training, rows: clients.map(() => nothing) },
  };
}

/** A result without what the scenario says of clients that are not those of the run. */
function withoutPretence(result: RunResult, { fleet }: Machine): RunResult {
  return { ...result, tiers: [], data: { ...result.data, trainExamples: fleet.examples, labelSkew: null } };
}
