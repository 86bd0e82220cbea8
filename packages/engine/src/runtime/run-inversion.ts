/**
 * Runs inversion programs: Adam on the features and label logits of made-up examples, until local training on them leads
 * where a client came to. Nothing is derived here.
 *
 * Adam: Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015. https://arxiv.org/abs/1412.6980
 *
 * @module
 */
import { elementCount, Fault, fold, type Key, type Layout, layoutLength, normals } from "@potluck/core";
import { goalInput, INVERSION, type InversionProgram, shareInput } from "../training/inversion-program.ts";
import { checkFiniteParams, checkParams } from "../training/parameters.ts";
import { parameterOutput } from "../training/program.ts";
import type { RuntimeOptions } from "./backend.ts";
import { parameterFeeds, parameterTensors } from "./feeds.ts";
import { openSession, type Session } from "./session.ts";
import { float32, type Tensors } from "./tensor.ts";

/** Examples that were made up: features as the model takes them, and scores of the classes. */
export interface MadeUp {
  /** One example after another. */
  readonly features: Float32Array;
  /** One example after another; their labels are the softmax over the classes. */
  readonly labelLogits: Float32Array;
}

/** What to invert, and how. */
export interface InversionTask {
  /** The parameters that the client started from; not changed, like those it came to. */
  readonly start: Float32Array;
  /** The parameters that the client came to. */
  readonly trained: Float32Array;
  /** η > 0: the size of the steps between. */
  readonly stepSize: number;
  /** Steps of Adam, a whole number in [1, {@link MAX_INVERSION_ITERATIONS}]. */
  readonly iterations: number;
  /** The rate of Adam > 0 in its first step; it falls to 0 in a straight line. */
  readonly learningRate: number;
  /** The share of the coordinates that count, those that the client changed most, in (0, 1]. */
  readonly topShare: number;
  /** Decides where the search starts. */
  readonly key: Key;
}

/** What was found: the best of all iterations. */
export interface Inverted extends MadeUp {
  /**
   * How far training on it ends from where the client came to, over the coordinates that count: as a share of how far the
   * client went.
   */
  readonly distance: number;
}

/** Where training on made-up examples starts. */
export interface ReplayTask extends MadeUp {
  readonly start: Float32Array;
  readonly stepSize: number;
}

/** A model whose local training can be inverted. */
export interface Inverter {
  readonly layout: Layout;
  /** Floating-point operations of one iteration, and of one replay. */
  readonly flops: number;
  /**
   * Examples on which training leads from `start` to `trained`, as near as was found. Blocks the calling thread. Rejects
   * with Fault "data-invalid", "option-invalid", and "training-failed" where nothing finite was found.
   */
  readonly invert: (task: InversionTask) => Promise<Inverted>;
  /** Where training on made-up examples leads from elsewhere. Rejects like `invert`. */
  readonly replay: (task: ReplayTask) => Promise<Float32Array>;
  readonly close: () => Promise<void>;
}

/** The most iterations of one inversion. */
export const MAX_INVERSION_ITERATIONS = 100_000;

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Rejects with Fault "model-unsupported". */
export async function openInverter(program: InversionProgram, runtime: RuntimeOptions = {}): Promise<Inverter> {
  const session = await openSession(program.model, runtime);
  const { layout, flops } = program;
  return {
    layout,
    flops,
    invert: (task) => invert(program, session, task),
    replay: (task) => replay(program, session, task),
    close: session.close,
  };
}

async function invert(program: InversionProgram, session: Session, task: InversionTask): Promise<Inverted> {
  checkTask(program, task);
  const { start, trained, topShare, stepSize } = task;
  const share = topShares(start, trained, topShare);
  const fixed = {
    ...parameterFeeds(program.layout, start),
    ...parameterTensors(program.layout, trained, goalInput),
    ...parameterTensors(program.layout, share, shareInput),
    [INVERSION.rate]: float32(Float32Array.of(stepSize), []),
  };
  const unknowns = unknownsOf(program, task.key);
  const best = { distance: Infinity, values: unknowns.map(({ values }) => values.slice()) };
  const kept = { mean: 1, square: 1 };
  for (let iteration = 0; iteration < task.iterations; iteration++) {
    const distance = await measure(session, fixed, unknowns);
    if (distance < best.distance) {
      best.distance = distance;
      unknowns.forEach(({ values }, at) => best.values[at]?.set(values));
    }
    const rate = task.learningRate * (1 - iteration / task.iterations);
    kept.mean *= BETA1;
    kept.square *= BETA2;
    for (const unknown of unknowns) adamStep(unknown, rate, kept);
  }
  const [features, labelLogits] = best.values;
  if (features === undefined || labelLogits === undefined || !Number.isFinite(best.distance)) throw nothingFound();
  return { features, labelLogits, distance: best.distance / distanceGone(start, trained, share) };
}

function nothingFound(): Fault {
  return new Fault(
    "training-failed",
    "no examples were found that explain an update: training on those that were tried left the finite numbers",
    "Lower the learning rate of the solver, or of the search.",
  );
}

async function replay(program: InversionProgram, session: Session, task: ReplayTask): Promise<Float32Array> {
  const { layout } = program;
  const { start, features, labelLogits, stepSize } = task;
  checkParams(layout, start);
  const params = new Float32Array(layoutLength(layout));
  const feeds = {
    ...parameterFeeds(layout, start),
    ...parameterTensors(layout, start, goalInput),
    ...parameterTensors(layout, new Float32Array(start.length), shareInput),
    [INVERSION.rate]: float32(Float32Array.of(stepSize), []),
    [INVERSION.features]: float32(features, [program.examples, ...program.exampleShape]),
    [INVERSION.labels]: float32(labelLogits, [program.examples, ...program.labelShape]),
  };
  await session.run(feeds, parameterTensors(layout, params, parameterOutput));
  checkFiniteParams(layout, params);
  return params;
}

/** Numbers that are looked for, and what Adam remembers of them. */
interface Unknown {
  readonly input: string;
  readonly output: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly mean: Float64Array;
  readonly square: Float64Array;
}

/**
 * Deviation of the features before the first iteration. Far from zero examples of any label train a model a long way, and
 * the search spends its iterations on coming back.
 */
const FIRST_DEVIATION = 0.1;

/** Features and label logits before the first iteration: small numbers, and all classes alike. */
function unknownsOf({ examples, exampleShape, labelShape }: InversionProgram, key: Key): readonly Unknown[] {
  const unknown = (input: string, output: string, each: readonly number[]): Unknown => {
    const shape = [examples, ...each];
    const length = elementCount(shape);
    const [mean, square] = [new Float64Array(length), new Float64Array(length)];
    const [values, gradient] = [new Float32Array(length), new Float32Array(length)];
    return { input, output, shape, values, gradient, mean, square };
  };
  const features = unknown(INVERSION.features, INVERSION.featureGradient, exampleShape);
  features.values.set(normals(fold(key, "features"), features.values.length).map((x) => FIRST_DEVIATION * x));
  return [features, unknown(INVERSION.labels, INVERSION.labelGradient, labelShape)];
}

/** The distance with these unknowns; their gradients are written into them. */
async function measure(session: Session, fixed: Tensors, unknowns: readonly Unknown[]): Promise<number> {
  const distance = new Float32Array(1);
  await session.run(
    { ...fixed, ...Object.fromEntries(unknowns.map(({ input, values, shape }) => [input, float32(values, shape)])) },
    {
      [INVERSION.distance]: float32(distance, []),
      ...Object.fromEntries(unknowns.map(({ output, gradient, shape }) => [output, float32(gradient, shape)])),
    },
  );
  return distance[0] ?? Number.NaN;
}

/** What is left in Adam's averages of the zeros that they began with. */
interface Kept {
  readonly mean: number;
  readonly square: number;
}

/** Adam; where a gradient is not finite nothing moves. */
function adamStep({ values, gradient, mean, square }: Unknown, rate: number, kept: Kept): void {
  const [correction1, correction2] = [1 - kept.mean, 1 - kept.square];
  for (let i = 0; i < values.length; i++) {
    const slope = gradient[i] ?? 0;
    if (!Number.isFinite(slope)) continue;
    const m = BETA1 * (mean[i] ?? 0) + (1 - BETA1) * slope;
    const v = BETA2 * (square[i] ?? 0) + (1 - BETA2) * slope * slope;
    mean[i] = m;
    square[i] = v;
    values[i] = (values[i] ?? 0) - (rate * (m / correction1)) / (Math.sqrt(v / correction2) + EPSILON);
  }
}

/** 1 for the share of the coordinates that moved most, ties included, and 0 for the others. */
function topShares(start: Float32Array, trained: Float32Array, topShare: number): Float32Array {
  const moved = Float32Array.from(trained, (value, i) => Math.abs(value - (start[i] ?? 0)));
  const counted = Math.ceil(topShare * moved.length);
  const threshold = moved.toSorted()[moved.length - counted] ?? 0;
  return moved.map((distance) => Number(distance >= threshold));
}

/** Σ share · |trained − start|; 1 where nothing moved. */
function distanceGone(start: Float32Array, trained: Float32Array, share: Float32Array): number {
  const sum = share.reduce((total, s, i) => total + s * Math.abs((trained[i] ?? 0) - (start[i] ?? 0)), 0);
  return sum === 0 ? 1 : sum;
}

function checkTask({ layout }: InversionProgram, task: InversionTask): void {
  const { iterations, learningRate, topShare, stepSize } = task;
  for (const params of [task.start, task.trained]) {
    checkParams(layout, params);
    checkFiniteParams(layout, params);
  }
  const isCount = Number.isInteger(iterations) && iterations >= 1 && iterations <= MAX_INVERSION_ITERATIONS;
  if (!isCount) throw outOfRange("iterations", `a whole number from 1 to ${MAX_INVERSION_ITERATIONS}`, iterations);
  for (const [name, value] of Object.entries({ learningRate, stepSize })) {
    if (!(Number.isFinite(value) && value > 0)) throw outOfRange(name, "a finite number above 0", value);
  }
  if (!(topShare > 0 && topShare <= 1)) throw outOfRange("topShare", "above 0 and at most 1", topShare);
}

function outOfRange(name: string, range: string, value: number): Fault {
  return new Fault("option-invalid", `inversion: ${name} must be ${range}, got ${value}`, `Change ${name}.`);
}
