/**
 * What the tests do in a page: they call these functions. Everything goes through the front door of the engine.
 *
 * @module
 */
import { type Dataset, Fault, rootKey, solver } from "@potluck/core";
import {
  createPool,
  createTrainer,
  type FeatureFormat,
  initialParams,
  mlp,
  type ParameterRules,
  planBatches,
  readModel,
  type RuntimeOptions,
  writeModel,
} from "@potluck/engine";

/** Some steps of SGD on one batch, all numbers plain. */
export interface TrainingRun {
  /** The address of an ONNX file. */
  readonly model: string;
  readonly rules: ParameterRules;
  readonly runtime: RuntimeOptions;
  readonly learningRate: number;
  readonly steps: number;
  readonly features: readonly number[];
  readonly format: FeatureFormat;
  readonly targets: readonly number[];
  readonly rows: number;
}

/** Parameters by name. */
export type TrainedParameters = Readonly<Record<string, readonly number[]>>;

/** How clients train in a pool of workers, and whether the page went on meanwhile. */
export interface PoolRun {
  readonly params: readonly number[];
  /** What one trainer in the page makes of the same rows. */
  readonly paramsInPage: readonly number[];
  readonly correct: number | null;
  readonly timerFiredFirst: boolean;
  readonly sharesMemory: boolean;
}

/** What the tests find in the page. */
export interface Page {
  readonly train: (run: TrainingRun) => Promise<TrainedParameters>;
  readonly trainInPool: (workers: number) => Promise<PoolRun>;
  /** The code and the message of the fault of a pool with such a runtime; null where there is none. */
  readonly faultOfPool: (runtime: RuntimeOptions) => Promise<readonly [code: string, message: string] | null>;
}

async function train({ model: address, rules: parameters, ...run }: TrainingRun): Promise<TrainedParameters> {
  const { format, runtime } = run;
  const model = readModel(new Uint8Array(await (await fetch(address)).arrayBuffer()));
  const sgd = solver.sgd({ learningRate: run.learningRate });
  const trainer = await createTrainer({ model, solver: sgd, features: format, parameters, runtime });
  const { params } = await trainer.train({
    params: initialParams(model, parameters),
    features: format.dataType === "int32" ? Int32Array.from(run.features) : Float32Array.from(run.features),
    targets: run.targets,
    batches: planBatches(rootKey(1), run.rows, { epochs: run.steps, batchSize: run.rows }),
  });
  await trainer.close();
  const named = trainer.layout.map(({ name, offset, length }) => {
    return [name, Array.from(params.subarray(offset, offset + length))] as const;
  });
  return Object.fromEntries(named);
}

const MODEL = mlp({ inputs: 16, hidden: [32], classes: 4, key: rootKey(5) });
const WORK = { epochs: 20, batchSize: 8 };

/** Pictures of 4 by 4 in which one of four rows is bright. */
function brightRows(): Dataset {
  const count = 64;
  const features = Uint8Array.from({ length: 16 * count }, (_, at) => {
    const [row, pixel] = [Math.floor(at / 16), at % 16];
    return Math.floor(pixel / 4) === row % 4 ? 200 + (at % 50) : (at * 37) % 80;
  });
  const labels = Uint8Array.from({ length: count }, (_, row) => row % 4);
  const examples = { count, shape: [16], features, scale: 1 / 255, labels, classes: 4 };
  return { name: "bright rows", train: examples, test: examples };
}

async function trainInPool(workers: number): Promise<PoolRun> {
  const dataset = brightRows();
  const { features, labels, scale, count } = dataset.train;
  const pool = await createPool({ workers, model: writeModel(MODEL), dataset });
  const options = { learningRate: 0.5 };
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  const job = { solver: { name: "sgd", options }, params: initialParams(MODEL), rows, work: WORK };
  const jobs = [1, 2, 3].map((seed) => pool.train({ ...job, key: rootKey(seed) }));
  const timer = new Promise<true>((fire) => setTimeout(() => fire(true), 0));
  const timerFiredFirst = await Promise.race([timer, Promise.all(jobs).then(() => false)]);
  const [first] = await Promise.all(jobs);
  const params = first?.params ?? new Float32Array(0);
  const { correct } = await pool.evaluate({ params, split: "test" });
  await pool.close();
  const format = { dataType: "uint8", scale } as const;
  const trainer = await createTrainer({ model: MODEL, solver: solver.sgd(options), features: format });
  const batches = planBatches(rootKey(1), count, WORK);
  const inPage = await trainer.train({ params: initialParams(MODEL), features, targets: labels, batches });
  await trainer.close();
  return {
    params: Array.from(params),
    paramsInPage: Array.from(inPage.params),
    correct,
    timerFiredFirst,
    sharesMemory: typeof SharedArrayBuffer === "function",
  };
}

async function faultOfPool(runtime: RuntimeOptions): Promise<readonly [code: string, message: string] | null> {
  try {
    const pool = await createPool({ workers: 1, model: writeModel(MODEL), dataset: brightRows(), runtime });
    await pool.close();
    return null;
  } catch (error) {
    if (error instanceof Fault) return [error.code, error.message];
    throw error;
  }
}

const page: Page = { train, trainInPool, faultOfPool };

Object.assign(globalThis, { page });
