/**
 * How near made-up examples come to those of a client: the numbers of docs/explanation/what-inversion-reveals.md.
 *
 *     node reproductions/conversion/gradient-inversion/reveals.ts
 *
 * A client takes full-batch steps on its digits, and its update is inverted; the mean over eight clients. For each real digit the made-up one that is
 * most like it is taken, by the correlation of their cells; the same is done for as many digits that the client does not
 * have, because whoever makes many digits up is like any digit to some degree.
 *
 * @module
 */
import { type Examples, fold, type Key, permutation, rootKey, solver } from "@potluck/core";
import { createInverter, createTrainer, initialParams, type Inverted, mlp, planBatches } from "@potluck/engine";
import { RARE, smallDigits } from "./scene.ts";

/** A client, and how its update is inverted. */
interface Case {
  readonly digits: number;
  /** Whether they are all of one class. */
  readonly alike: boolean;
  readonly steps: number;
  readonly madeUp: number;
  readonly iterations: number;
}

const CASES: readonly Case[] = [
  { digits: 1, alike: true, steps: 1, madeUp: 1, iterations: 1000 },
  { digits: 8, alike: false, steps: 1, madeUp: 8, iterations: 1000 },
  { digits: 8, alike: false, steps: 3, madeUp: 8, iterations: 1000 },
  { digits: 40, alike: true, steps: 3, madeUp: 16, iterations: 1000 },
  { digits: 40, alike: true, steps: 3, madeUp: 16, iterations: 200 },
];
/** Clients in each case, each with a first model of its own. */
const CLIENTS = 8;
const STEP_SIZE = 0.5;
const CLASSES = 10;

const { train } = await smallDigits.load();
const length = train.features.length / train.count;
for (const one of CASES) process.stdout.write(`${await told(one)}\n`);

/** What came of a case over clients, in a line. */
async function told(one: Case): Promise<string> {
  const outcomes: Revealed[] = [];
  for (let client = 0; client < CLIENTS; client++) outcomes.push(await revealed(one, fold(rootKey(7), client)));
  const mean = (of: (outcome: Revealed) => number): string =>
    (outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / CLIENTS).toFixed(2);
  const best = Math.max(...outcomes.map(({ own }) => own)).toFixed(2);
  const kind = one.alike ? "of one class" : "of all classes";
  const what = `${one.digits} digits ${kind}, ${one.steps} steps, ${one.madeUp} made up in ${one.iterations} iterations`;
  const likenesses = `like its own ${mean(({ own }) => own)} (at best ${best}), like others ${mean(({ others }) => others)}`;
  return `${what}: unexplained ${mean(({ distance }) => distance)}, ${likenesses}, labels off by ${mean(({ labels }) => labels)}`;
}

/** What an inversion reveals of one client. */
interface Revealed {
  readonly distance: number;
  readonly own: number;
  readonly others: number;
  readonly labels: number;
}

async function revealed(one: Case, key: Key): Promise<Revealed> {
  const order = permutation(key, train.count).filter((row) => !one.alike || train.labels[row] === RARE);
  const [own, others] = [order.slice(0, one.digits), order.slice(one.digits, 2 * one.digits)];
  const found = await inverted(one, own, key);
  const madeUp = Array.from({ length: one.madeUp }, (_, at) => found.features.slice(at * length, (at + 1) * length));
  return {
    distance: found.distance,
    own: likeness(train, own, madeUp),
    others: likeness(train, others, madeUp),
    labels: labelError(found, own, one.madeUp),
  };
}

async function inverted(one: Case, rows: Uint32Array, key: Key): Promise<Inverted> {
  const model = mlp({ inputs: length, hidden: [16], classes: CLASSES, key });
  const start = initialParams(model);
  const trainer = await createTrainer({ model, solver: solver.sgd({ learningRate: STEP_SIZE }) });
  const features = Float32Array.from(Array.from(rows, (row) => [...digit(train, row)]).flat());
  const targets = Array.from(rows, (row) => train.labels[row] ?? 0);
  const batches = planBatches(key, rows.length, { steps: one.steps, batchSize: rows.length });
  const { params: trained } = await trainer.train({ params: start, features, targets, batches });
  const inverter = await createInverter({ model, examples: one.madeUp, steps: one.steps });
  const search = { iterations: one.iterations, learningRate: 0.1, topShare: 1, key };
  const found = await inverter.invert({ start, trained, stepSize: STEP_SIZE, ...search });
  await trainer.close();
  await inverter.close();
  return found;
}

function digit({ features }: Examples, row: number): Float32Array {
  return Float32Array.from(features.slice(row * length, (row + 1) * length));
}

/** The correlation of each digit with the made-up one that is most like it: the mean over digits. */
function likeness(examples: Examples, rows: Uint32Array, madeUp: readonly Float32Array[]): number {
  const best = Array.from(rows, (row) =>
    Math.max(...madeUp.map((candidate) => correlation(candidate, digit(examples, row)))),
  );
  return best.reduce((sum, value) => sum + value, 0) / best.length;
}

function correlation(a: Float32Array, b: Float32Array): number {
  const [x, y] = [centred(a), centred(b)];
  const product = x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return product / (Math.hypot(...x) * Math.hypot(...y));
}

function centred(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** Half the sum over classes of |their share among made-up labels − their share among the real ones|. */
function labelError({ labelLogits }: Inverted, rows: Uint32Array, madeUp: number): number {
  const difference = new Float64Array(CLASSES);
  for (let at = 0; at < madeUp; at++) {
    const powers = labelLogits.slice(at * CLASSES, (at + 1) * CLASSES).map((score) => Math.exp(score));
    const sum = powers.reduce((total, power) => total + power, 0);
    for (const [label, power] of powers.entries()) difference[label] = (difference[label] ?? 0) + power / sum / madeUp;
  }
  for (const row of rows) {
    const label = train.labels[row] ?? 0;
    difference[label] = (difference[label] ?? 0) - 1 / rows.length;
  }
  return difference.reduce((total, part) => total + Math.abs(part), 0) / 2;
}
