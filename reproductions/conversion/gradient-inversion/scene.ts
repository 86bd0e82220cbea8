/**
 * The scene of the experiments on old updates: small digits, one of which only clients know whose tasks take long.
 *
 * MNIST digits in 7 × 7 cells, each the mean of 4 × 4 pixels. Ten quick clients hold the other nine digits alike and take a
 * second for a task; slow clients hold the digit 5 alone and take 20 to 40 seconds. A version is published every 1.1 s, of
 * what has arrived by then.
 *
 * @module
 */
import {
  aggregation,
  conversion,
  type Dataset,
  type Examples,
  federated,
  type FederatedOptions,
  pacing,
  type Part,
  permutation,
  type PartReference,
  present,
  solver,
  staleness,
  uniformStream,
  weighting,
} from "@potluck/core";
import { data, type DataSource, type Partitioner } from "@potluck/data";
import { type Device, type Fleet, fleet, model, type Scenario } from "@potluck/scenario";

/** The digit that only slow clients have. */
export const RARE = 5;
const QUICK = 10;
const SLOW = 30;
const EXAMPLES_PER_CLIENT = 40;
/** Pixels of a cell, cells of a digit, and pixels of an image, each along a side. */
const [CELL, CELLS, SIDE] = [4, 7, 28] as const;

/** What is compared. */
export interface Choice {
  readonly conversion?: FederatedOptions["conversion"];
  readonly staleness?: FederatedOptions["staleness"];
  readonly learningRate: number;
}

/** A run of the scene. */
export function stale(choice: Choice): Scenario {
  const { learningRate } = choice;
  return {
    name: "stale",
    model: model.mlp({ hidden: [16] }),
    data: smallDigits,
    partition: rareDigit,
    fleet: quickAndSlow,
    plan: federated({
      pacing: pacing.fedFix({ intervalSeconds: 1.1 }),
      weighting: weighting.uniform(),
      staleness: choice.staleness ?? staleness.constant(),
      conversion: choice.conversion ?? conversion.none(),
      aggregation: aggregation.sum(),
      solver: solver.sgd({ learningRate }),
      work: { steps: 2, batchSize: EXAMPLES_PER_CLIENT },
      versions: 150,
    }),
    evaluateEvery: 5,
  };
}

/** The weight that is halved every so many versions, which the paper compares with. */
export function halving(versions: number): NonNullable<FederatedOptions["staleness"]> {
  const part: PartReference = { room: "staleness", name: "halving", options: { versions } };
  return { part, discount: (age) => 2 ** (-age / versions) };
}

export const smallDigits: DataSource & Part = {
  part: { room: "data", name: "small-digits", options: {} },
  load: async () => {
    const dataset = await data.mnist({ trainExamples: 20_000, testExamples: 2000 }).load();
    return { name: "small digits", train: pooled(dataset.train), test: pooled(dataset.test) };
  },
};

/** The same examples in cells. */
function pooled(examples: Dataset["train"]): Examples {
  const features = new Float32Array(new SharedArrayBuffer(4 * examples.count * CELLS * CELLS));
  for (let pixel = 0; pixel < examples.count * SIDE * SIDE; pixel++) {
    const [row, place] = [Math.floor(pixel / (SIDE * SIDE)), pixel % (SIDE * SIDE)];
    const [y, x] = [Math.floor(place / SIDE), place % SIDE];
    const cell = (row * CELLS + Math.floor(y / CELL)) * CELLS + Math.floor(x / CELL);
    features[cell] = (features[cell] ?? 0) + (examples.features[pixel] ?? 0) / (CELL * CELL * 255);
  }
  return { ...examples, shape: [CELLS * CELLS], features, scale: 1 };
}

/** Quick clients first, with all digits but one; then slow ones with that one. */
const rareDigit: Partitioner & Part = {
  part: { room: "partition", name: "rare-digit", options: {} },
  clients: QUICK + SLOW,
  split: ({ examples, key }) => {
    const order = permutation(key, examples.count);
    const others = order.filter((row) => examples.labels[row] !== RARE);
    const rare = order.filter((row) => examples.labels[row] === RARE);
    const clients = Array.from({ length: QUICK + SLOW }, (_, client) => ({
      train: client < QUICK ? dealt(others, client) : dealt(rare, client - QUICK),
      test: new Uint32Array(0),
    }));
    return { examples, clients };
  },
};

/** The rows of the client that is dealt to in this place. */
function dealt(rows: Uint32Array, place: number): Uint32Array {
  return rows.slice(place * EXAMPLES_PER_CLIENT, (place + 1) * EXAMPLES_PER_CLIENT);
}

/** Tasks take quick clients a second, and slow ones 20 to 40, each time another. */
const quickAndSlow: Fleet & Part = {
  part: { room: "fleet", name: "quick-and-slow", options: {} },
  devices: async (count, key) => {
    const [device] = await fleet.uniform({ latencySeconds: 0 }).devices(1, key);
    const draw = uniformStream(key);
    return Array.from({ length: count }, (_, client): Device => {
      const isQuick = client < QUICK;
      const seconds = isQuick ? Float64Array.of(1) : Float64Array.from({ length: 16 }, () => 20 + 20 * draw());
      const taskTimes = { kind: "whole", seconds } as const;
      return { ...present(device, "a device"), tier: isQuick ? "quick" : "slow", taskTimes };
    });
  },
};
