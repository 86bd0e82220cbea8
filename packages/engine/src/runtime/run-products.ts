/**
 * Runs programs that multiply derivatives with vectors. Nothing is derived here.
 *
 * @module
 */
import { elementCount, Fault, type Layout, layoutLength, tensorOf } from "@potluck/core";
import { arrayKind } from "../array-kind.ts";
import {
  BATCH,
  type BatchProgram,
  directionInput,
  gradientOutput,
  type HessianProgram,
  type JacobianProgram,
  productOutput,
} from "../training/batch-program.ts";
import { checkFiniteParams, checkParams } from "../training/parameters.ts";
import type { RuntimeOptions } from "./backend.ts";
import { checkRows, type ExampleRows, parameterFeeds, targetTensor } from "./feeds.ts";
import { openSession } from "./session.ts";
import { featureTensor, float32, int64, type Tensors } from "./tensor.ts";

/** A batch, and where the parameters are. */
export interface BatchTask extends ExampleRows {
  /** Flat, in the layout of the model. */
  readonly params: Float32Array;
  /** What dropout drops, a whole number in [0, 2^32); 0 by default. */
  readonly seed?: number;
}

/** A batch, where the parameters are, and where they move. */
export interface DirectionTask extends BatchTask {
  /** Flat, in the layout of the model; what it says of statistics is not read. */
  readonly direction: Float32Array;
}

/** The second derivative of a loss along a direction, and what it takes on the way. */
export interface HessianTimesVector {
  readonly loss: number;
  /** The gradient of the loss; 0 for statistics. */
  readonly gradient: Float32Array;
  /** The second derivative times the direction; 0 for statistics. */
  readonly product: Float32Array;
}

/** The second derivative of a model's loss, ready to be multiplied with vectors. */
export interface Hessian {
  readonly layout: Layout;
  /** Blocks the calling thread. Rejects with Fault "data-invalid" or "training-failed" (what is not finite). */
  readonly times: (task: DirectionTask) => Promise<HessianTimesVector>;
  readonly close: () => Promise<void>;
}

/** The derivative of a model's output, ready to be multiplied with vectors. */
export interface Jacobian {
  readonly layout: Layout;
  /**
   * How the output for each example changes along the direction, row after row. Blocks the calling thread. Rejects with
   * Fault "data-invalid" or "training-failed" (what is not finite).
   */
  readonly times: (task: Omit<DirectionTask, "targets" | "seed">) => Promise<Float32Array>;
  readonly close: () => Promise<void>;
}

/** Rejects with Fault "model-unsupported". */
export async function openHessian(program: HessianProgram, runtime?: RuntimeOptions): Promise<Hessian> {
  const { layout, trained } = program;
  const session = await openSession(program.model, runtime);
  const times = async (task: DirectionTask): Promise<HessianTimesVector> => {
    const feeds = { ...batchFeeds(program, task), ...directionFeeds(program, task.direction) };
    const [gradient, product] = [new Float32Array(layoutLength(layout)), new Float32Array(layoutLength(layout))];
    const loss = new Float32Array(1);
    await session.run(feeds, {
      [BATCH.loss]: float32(loss, []),
      ...tensorsOf(layout, trained, gradient, gradientOutput),
      ...tensorsOf(layout, trained, product, productOutput),
    });
    for (const values of [loss, gradient, product]) requireFinite(values);
    return { loss: loss[0] ?? Number.NaN, gradient, product };
  };
  return { layout, times, close: session.close };
}

/** Rejects with Fault "model-unsupported". */
export async function openJacobian(program: JacobianProgram, runtime?: RuntimeOptions): Promise<Jacobian> {
  const session = await openSession(program.model, runtime);
  const times = async (task: Omit<DirectionTask, "targets" | "seed">): Promise<Float32Array> => {
    const feeds = { ...batchFeeds(program, task), ...directionFeeds(program, task.direction) };
    const shape = [checkRows(task, program), ...program.outputShape];
    const change = new Float32Array(elementCount(shape));
    await session.run(feeds, { [BATCH.change]: float32(change, shape) });
    requireFinite(change);
    return change;
  };
  return { layout: program.layout, times, close: session.close };
}

/** The tensors of a batch and its parameters. Throws Fault "data-invalid". */
export function batchFeeds(program: BatchProgram, { params, features, targets = [], seed = 0 }: BatchTask): Tensors {
  checkParams(program.layout, params);
  checkFiniteParams(program.layout, params);
  const rows = checkRows({ features, targets }, program);
  if (rows === 0) throw new Fault("data-invalid", "a batch without rows", "Give at least one example.");
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new Fault("data-invalid", `the seed is ${seed}`, "Give a whole number from 0 to 2^32 − 1, or none.");
  }
  return {
    ...parameterFeeds(program.layout, params),
    [BATCH.features]: featureTensor(features, [rows, ...program.exampleShape]),
    ...(program.targets === null ? {} : { [BATCH.targets]: targetTensor(targets, rows, program.targets) }),
    ...(program.random ? { [BATCH.seed]: int64(BigInt64Array.of(BigInt(seed)), []) } : {}),
  };
}

function directionFeeds({ layout, trained }: HessianProgram | JacobianProgram, direction: Float32Array): Tensors {
  checkDirection(layout, direction);
  return tensorsOf(layout, trained, direction, directionInput);
}

function checkDirection(layout: Layout, direction: unknown): void {
  const numbers = layoutLength(layout);
  if (direction instanceof Float32Array && direction.length === numbers) return;
  const what = direction instanceof Float32Array ? `${direction.length} numbers` : arrayKind(direction);
  throw new Fault(
    "data-invalid",
    `the direction is ${what}, and must be a Float32Array of ${numbers}, one number for each parameter`,
    "Give where the parameters move, flat and in the layout of the model, such as a gradient.",
  );
}

/** The parts of `vector` that belong to the parameters called `names`, under the names that `nameOf` gives. */
export function tensorsOf(
  layout: Layout,
  names: readonly string[],
  vector: Float32Array,
  nameOf: (parameter: string) => string,
): Tensors {
  const slots = layout.filter(({ name }) => names.includes(name));
  return Object.fromEntries(slots.map((slot) => [nameOf(slot.name), float32(tensorOf(vector, slot), slot.shape)]));
}

/** Throws Fault "training-failed" where one of `values` is not finite. */
export function requireFinite(values: Float32Array): void {
  if (values.every(Number.isFinite)) return;
  throw new Fault(
    "training-failed",
    "a derivative is not finite",
    "Start from finite parameters, and scale the features.",
  );
}
