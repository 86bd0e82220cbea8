/**
 * The stage of a run: everything that is there before the first event.
 *
 * @module
 */
import {
  catalogue,
  type ClientId,
  type ClientRows,
  type Dataset,
  Fault,
  type Codec,
  codecFor,
  fold,
  type Key,
  type Layout,
  layoutLength,
  makePart,
  present,
  rootKey,
  type Seconds,
  uniformStream,
  withSecret,
  type Work,
} from "@potluck/core";
import {
  createPool,
  inversionFlops,
  type InversionSize,
  initialParams,
  inspectModel,
  layoutOfModel,
  type Model,
  trainingFlopsPerExample,
  type TrainingPool,
  writeModel,
} from "@potluck/engine";
import type { Device } from "../fleet/device.ts";
import { contradictionIn, invertsUpdates } from "../contradiction.ts";
import { checkSeed, checkSettings } from "../settings.ts";
import type { Loss } from "../loss/loss.ts";
import { lossOf, type Scenario } from "../scenario.ts";

/** Everything that is there before the first event. */
export interface Stage {
  readonly scenario: Scenario;
  readonly seed: number;
  /** The run's key; the first model, the partition and the fleet have keys of their own under it. */
  readonly key: Key;
  /** The first model; without parameters where only the clock runs. */
  readonly params: Float32Array;
  /** How the tensors of the model lie in its parameters; empty where only the clock runs. */
  readonly layout: Layout;
  /** Client k has devices[k]. */
  readonly devices: readonly Device[];
  /** How many training examples a client holds at an instant. */
  readonly examplesOf: (client: ClientId, now: Seconds) => number;
  /** At which instants it comes to hold another number of them. */
  readonly resizesOf: (client: ClientId) => readonly Seconds[];
  readonly costs: Costs;
  /** What is trained; null where only the clock runs. */
  readonly training: TrainingStage | null;
}

/** What tasks cost, whoever does them. */
export interface Costs {
  /** Floating-point operations of training on one example once. */
  readonly trainingFlopsPerExample: number;
  readonly bytesPerModel: number;
  /** Memory that work in such batches needs. */
  readonly memoryBytes: (work: Pick<Work, "batchSize">) => number;
  /** Floating-point operations of one iteration of an inversion. Throws Fault "model-unsupported" where there can be none. */
  readonly inversionFlops: (size: InversionSize) => number;
  /** What stands for an update where nothing is trained, and the bytes of a real one; null where there is training. */
  readonly untrainedUpdate: { readonly payload: Uint8Array; readonly bytes: number } | null;
  /** The bytes of what leads from a version to the next where nothing is trained and the plan sends changes; else null. */
  readonly untrainedChange: number | null;
}

/** What is trained, on what, and by whom. */
export interface TrainingStage {
  readonly dataset: Dataset;
  readonly model: Model;
  readonly loss: Loss;
  /** Client k holds rows[k], some of them only from some instant on. */
  readonly rows: readonly ClientRows[];
  readonly pool: TrainingPool;
}

/** What a stage is set for. */
export interface StageRequest {
  readonly scenario: Scenario;
  /** A whole number in [0, 2^53). */
  readonly seed: number;
}

/** Throws Fault "plan-contradiction" if parts of the scenario contradict each other, or its fleet can never run its plan. */
export function checkFeasible(scenario: Scenario): void {
  const contradiction = contradictionIn(scenario);
  if (contradiction !== null) {
    throw new Fault("plan-contradiction", contradiction.message, contradiction.remedy);
  }
  const { partition, plan } = scenario;
  refuse(plan, plan.contradiction(partition.clients));
}

function refuse(plan: Scenario["plan"], problem: string | null): void {
  if (problem === null) return;
  const remedy = plan.parts.some(({ room }) => room === "coding")
    ? "Change the code, the batchSize, the data or the number of clients."
    : "Use more clients, or a smaller cohort, concurrency or quorum.";
  throw new Fault("plan-contradiction", problem, remedy);
}

/**
 * Loads the data, shares it out, builds the model and starts so many workers. Close `training.pool` afterwards.
 * Throws the faults of the scenario's parts, "model-unsupported" where the plan inverts updates of a model that cannot be, "option-invalid" for its settings, and "plan-contradiction" if its fleet can never run its plan.
 */
export async function setStage(request: StageRequest, workers: number): Promise<Stage & { training: TrainingStage }> {
  const { setting, ...scene } = await sceneOf(request);
  const { dataset, model, loss } = scene;
  const { objective } = loss;
  const pool = await createPool({ workers, model: writeModel(model), dataset, objective });
  return {
    ...setting,
    params: initialParams(model),
    layout: pool.layout,
    costs: costsOf(model, loss, { untrainedUpdate: null, untrainedChange: null }),
    training: { ...scene, pool },
  };
}

/** The same without workers: only the clock runs. Nothing is kept of the data but how much each client holds. */
export async function setClock(request: StageRequest): Promise<Stage> {
  const { model, loss, setting } = await sceneOf(request);
  const layout = layoutOfModel(model);
  const costs = costsOf(model, loss, {
    untrainedUpdate: untrainedUpdate(request.scenario, layout),
    untrainedChange: untrainedChange(request.scenario, layout),
  });
  return { ...setting, params: NO_PARAMS, layout: [], costs, training: null };
}

/** Parameters where nothing is trained. */
export const NO_PARAMS: Float32Array = new Float32Array(0);

interface Scene extends Omit<TrainingStage, "pool"> {
  readonly setting: Omit<Stage, "params" | "layout" | "costs" | "training">;
}

async function sceneOf({ scenario, seed }: StageRequest): Promise<Scene> {
  checkSettings(scenario);
  checkSeed(seed);
  checkFeasible(scenario);
  const key = rootKey(seed);
  const loaded = await scenario.data.load();
  const split = scenario.partition.split({ examples: loaded.train, key: fold(key, "partition") });
  const dataset: Dataset = { ...loaded, train: split.examples };
  const rows = split.clients;
  const fewest = rows.reduce((least, { train }) => Math.min(least, train.length), Infinity);
  refuse(scenario.plan, scenario.plan.contradiction(rows.length, fewest));
  const devices = await scenario.fleet.devices(rows.length, fold(key, "fleet"));
  const model = await scenario.model.build({ examples: dataset.train, key: fold(key, "model") });
  if (invertsUpdates(scenario)) inversionFlops(model, { examples: 1, steps: 1 });
  return {
    dataset,
    model,
    loss: lossOf(scenario),
    rows,
    setting: { scenario, seed, key, devices, ...sizesOf(rows) },
  };
}

/** How many training examples each client holds when. Keeps numbers alone, for there may be a million clients. */
function sizesOf(rows: readonly ClientRows[]): Pick<Stage, "examplesOf" | "resizesOf"> {
  const first = Uint32Array.from(rows, ({ train }) => train.length);
  const changing = rows.flatMap((row, client) => (row.later === undefined ? [] : [[client, resizesIn(row)] as const]));
  const resizes = new Map(changing);
  return {
    examplesOf: (client, now) =>
      resizes.get(client)?.findLast(({ from }) => from <= now)?.size ??
      present(first[client], "the examples of client", client),
    resizesOf: (client) => resizes.get(client)?.map(({ from }) => from) ?? [],
  };
}

function resizesIn({ train, later = [] }: ClientRows): readonly { readonly from: Seconds; readonly size: number }[] {
  const sizes = [train, ...later.map((held) => held.train)].map(({ length }) => length);
  return later.map(({ from }, at) => ({ from, size: sizes[at + 1] ?? 0 })).filter(({ size }, at) => size !== sizes[at]);
}

function untrainedUpdate({ plan }: Scenario, layout: Layout): Costs["untrainedUpdate"] {
  const part = present(
    plan.parts.find(({ room }) => room === "codec"),
    "the codec of the plan",
  );
  const codec = makePart("codec", catalogue.codec, part);
  const payload = codecFor(withSecret(codec, rootKey(0)), { version: LATE, layout: [] }).encode(
    NO_PARAMS,
    null,
    rootKey(0),
  );
  return { payload, bytes: usualBytes(codec, layout) };
}

function untrainedChange({ plan }: Scenario, layout: Layout): number | null {
  const part = plan.parts.find(({ room }) => room === "download");
  const codec = part === undefined ? null : makePart("download", catalogue.download, part).changes;
  return codec === null ? null : usualBytes(codec, layout);
}

/** A version after every warm-up. */
const LATE = Number.MAX_SAFE_INTEGER;

/** The bytes of a message. */
function usualBytes(codec: Codec, layout: Layout): number {
  const key = rootKey(0);
  // Where the size of a message depends on what it says, differences between −0.01 and 0.01 stand for what it would say.
  const uniform = uniformStream(key);
  const noise = Float32Array.from({ length: layoutLength(layout) }, () => 0.02 * (uniform() - 0.5));
  return codecFor(withSecret(codec, key), { version: LATE, layout }).encode(noise, null, key).byteLength;
}

function costsOf(
  model: Model,
  { objective }: Loss,
  untrained: Pick<Costs, "untrainedUpdate" | "untrainedChange">,
): Costs {
  const memory = new Map<number, number>();
  const measured = (batchSize: number): number => {
    const { training } = inspectModel(model, { batchSize, objective });
    return present(training, "the costs of training a model that can be trained").memoryBytes;
  };
  const inversions = new Map<string, number>();
  return {
    inversionFlops: (size) => {
      const id = JSON.stringify([size.examples, size.steps]);
      const known = inversions.get(id) ?? inversionFlops(model, size);
      inversions.set(id, known);
      return known;
    },
    trainingFlopsPerExample: trainingFlopsPerExample(model, objective),
    bytesPerModel: initialParams(model).byteLength,
    memoryBytes: ({ batchSize }) => {
      const known = memory.get(batchSize) ?? measured(batchSize);
      memory.set(batchSize, known);
      return known;
    },
    ...untrained,
  };
}
