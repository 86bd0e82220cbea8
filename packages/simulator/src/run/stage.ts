/**
 * The stage of a run: everything that is there before the first event.
 *
 * @module
 */
import { type ClientRows, type Dataset, Fault, fold, type Key, rootKey } from "@potluck/core";
import {
  createPool,
  initialParams,
  type Model,
  trainingFlopsPerExample,
  type TrainingPool,
  writeModel,
} from "@potluck/engine";
import type { Device } from "../fleet/device.ts";
import type { Scenario } from "../scenario.ts";

/** Everything that is there before the first event. */
export interface Stage {
  readonly scenario: Scenario;
  readonly seed: number;
  /** The run's key; the first model, the partition and the fleet have keys of their own under it. */
  readonly key: Key;
  readonly dataset: Dataset;
  readonly model: Model;
  readonly params: Float32Array;
  /** Client k holds rows[k] and has devices[k]. */
  readonly rows: readonly ClientRows[];
  readonly devices: readonly Device[];
  /** Floating-point operations of training on one example once. */
  readonly trainingFlopsPerExample: number;
  readonly pool: TrainingPool;
}

/** What a stage is set for. */
export interface StageRequest {
  readonly scenario: Scenario;
  /** A whole number in [0, 2^53). */
  readonly seed: number;
  /** Worker threads, ≥ 1. No result depends on it. */
  readonly workers: number;
}

/** Throws Fault "plan-contradiction" if the scenario's fleet can never run its plan. */
export function checkFeasible({ partition, plan }: Scenario): void {
  const problem = plan.contradiction(partition.clients);
  if (problem === null) return;
  throw new Fault("plan-contradiction", problem, "Use more clients, a smaller cohort, or a smaller quorum.");
}

/**
 * Loads the data, shares it out, builds the model and starts the workers. Close `pool` afterwards.
 * Throws the faults of the scenario's parts, and "plan-contradiction" if its fleet can never run its plan.
 */
export async function setStage({ scenario, seed, workers }: StageRequest): Promise<Stage> {
  checkFeasible(scenario);
  const { partition } = scenario;
  const key = rootKey(seed);
  const loaded = await scenario.data.load();
  const { examples, clients: rows } = partition.split({ examples: loaded.train, key: fold(key, "partition") });
  const dataset: Dataset = { ...loaded, train: examples };
  const devices = scenario.fleet.devices(rows.length, fold(key, "fleet"));
  const model = await scenario.model.build({ examples: dataset.train, key: fold(key, "model") });
  const pool = await createPool({ workers, model: writeModel(model), dataset });
  return {
    scenario,
    seed,
    key,
    dataset,
    model,
    params: initialParams(model),
    rows,
    devices,
    trainingFlopsPerExample: trainingFlopsPerExample(model),
    pool,
  };
}
