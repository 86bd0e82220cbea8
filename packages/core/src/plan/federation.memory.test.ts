/** Runs in which clients and the server remember what was said. */
import {
  meanOptimum,
  pooledOptimum,
  quadraticClients,
  rehearse,
  type RehearsalOptions,
  tasksOf,
} from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { afaCs } from "../aggregation/index.ts";
import { present } from "../base/invariant.ts";
import { rootKey } from "../base/key.ts";
import { qsgd, topK } from "../codec/index.ts";
import { ef21, ef21W, errorFeedback, scafcom, scaffold, scallion } from "../feedback/index.ts";
import { fedBuff, rounds } from "../pacing/index.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform as uniformWeighting } from "../weighting/index.ts";
import { federated } from "./federated.ts";
import type { FederatedOptions } from "./federated-parts.ts";
import type { ClientId } from "./identity.ts";

const DIMENSION = 6;
const clients = quadraticClients(rootKey(5), 5, DIMENSION);

/** Steps of unequal number pull towards unequal points: clients with more examples take more. */
const base = {
  pacing: rounds({ cohort: 5 }),
  solver: sgd({ learningRate: 0.05 }),
  work: { steps: 10, batchSize: 1 },
  versions: 120,
} as const;

function played(changes: Partial<FederatedOptions>, script: Partial<RehearsalOptions> = {}) {
  const plan = federated({ ...base, ...changes });
  return rehearse({ plan, clients, params: new Float32Array(DIMENSION), ...script });
}

function distanceTo(optimum: ArrayLike<number>, { published }: ReturnType<typeof played>): number {
  return Math.hypot(...Array.from(published.at(-1) ?? [], (x, i) => x - (optimum[i] ?? 0)));
}

const epochs = { work: { epochs: 3, batchSize: 1 }, weighting: uniformWeighting() } as const;

test("SCAFFOLD comes to where all count alike though some take five times as many steps; without it they pull it away", () => {
  const plain = played(epochs);
  const controlled = played({ ...epochs, feedback: scaffold() });
  expect(distanceTo(meanOptimum(clients), plain)).toBeGreaterThan(0.1);
  expect(distanceTo(meanOptimum(clients), controlled)).toBeLessThan(1e-4);
});

test.each([
  ["SCAFFOLD", { feedback: scaffold() }],
  ["SCALLION, 4 bits", { feedback: scallion({ damping: 0.2 }), upload: qsgd({ bits: 4 }) }],
  ["SCAFCOM, one number in six", { feedback: scafcom({ momentum: 0.5 }), upload: topK({ ratio: 0.1 }) }],
])("%s comes to the optimum where two of five take part", (_, changes) => {
  const found = played({ ...changes, pacing: rounds({ cohort: 2 }), versions: 600 });
  expect(distanceTo(meanOptimum(clients), found)).toBeLessThan(1e-3);
});

test("EF21 comes to the optimum where one number in six is sent; without it a bias remains", () => {
  const upload = topK({ ratio: 0.1 });
  const found = played({ upload, feedback: ef21(), versions: 600 });
  expect(distanceTo(pooledOptimum(clients), found)).toBeLessThan(1e-4);
  expect(distanceTo(pooledOptimum(clients), played({ upload, versions: 600 }))).toBeGreaterThan(0.01);
});

test("EF21 with everyone's memory in every version comes there where two of five take part", () => {
  const partial = { upload: topK({ ratio: 0.1 }), feedback: ef21(), pacing: rounds({ cohort: 2 }), versions: 900 };
  const found = played({ ...partial, aggregation: afaCs() });
  expect(distanceTo(pooledOptimum(clients), found)).toBeLessThan(1e-3);
});

test("EF21-W of losses that are as smooth as one another is EF21, bit for bit", () => {
  const alike = { upload: topK({ ratio: 0.1 }), weighting: uniformWeighting(), versions: 60 };
  const [plain, weighed] = [ef21(), ef21W()].map((feedback) => played({ ...alike, feedback }));
  expect(weighed?.published).toEqual(plain?.published);
});

test("EF21-W with the rate that it estimates comes to the optimum from a learning rate that is a hundredth of it", () => {
  const slow = {
    upload: topK({ ratio: 0.1 }),
    solver: sgd({ learningRate: 0.0005 }),
    work: { steps: 1, batchSize: 1 },
  };
  const [given, estimated] = (["given", "estimated"] as const).map((rate) =>
    played({ ...slow, feedback: ef21W({ rate }), versions: 600 }),
  );
  expect(distanceTo(meanOptimum(clients), present(estimated, "a run"))).toBeLessThan(1e-3);
  expect(distanceTo(meanOptimum(clients), present(given, "a run"))).toBeGreaterThan(0.1);
});

describe("the server's mean is that of what clients keep", () => {
  test.each([
    ["in rounds", rounds({ cohort: 3, quorum: 0.3 })],
    ["in rounds that some miss", rounds({ cohort: 3, overSelection: 1.4, deadlineSeconds: 2.5, quorum: 0.3 })],
    ["in buffers", fedBuff({ updates: 2, concurrency: 4 })],
  ])("%s, whatever becomes of tasks", (_, pacing) => {
    const fates = ["answer", "answer", "leave", "answer with NaN", "answer", "answer twice", "fail"] as const;
    const remembered = new Map<ClientId, Float32Array>();
    const means: (readonly number[])[] = [new Array<number>(DIMENSION).fill(0)];
    const { commands } = played(
      { pacing, feedback: scafcom(), upload: topK({ ratio: 0.3 }), versions: 60 },
      {
        fate: ({ id }) => fates[id % fates.length] ?? "answer",
        forgets: ({ id }) => id % 11 === 10,
        restoring: true,
        watch: (__, ___, { issued, kept }) => {
          for (const [client, { vectors }] of kept) remembered.set(client, present(vectors[0], "what is kept"));
          if (issued.some(({ kind }) => kind === "publish")) means.push(meanOf([...remembered.values()]));
        },
      },
    );
    const tasks = tasksOf(commands);
    for (const { version, mean } of tasks) {
      for (const [i, x] of (mean ?? []).entries()) expect(x).toBeCloseTo(means[version]?.[i] ?? Number.NaN, 6);
    }
    expect(tasks.length).toBeGreaterThan(60);
    expect(Math.hypot(...(means.at(-1) ?? []))).toBeGreaterThan(0);
  });
});

/** The mean over all clients. */
function meanOf(vectors: readonly Float32Array[]): readonly number[] {
  return Array.from({ length: DIMENSION }, (_, i) =>
    vectors.reduce((sum, vector) => sum + (vector[i] ?? 0) / clients.length, 0),
  );
}

test("error feedback is nothing that the server knows of: no task has a mean, and no answer goes on from messages", () => {
  const { commands } = played({ feedback: errorFeedback(), upload: topK({ ratio: 0.3 }), versions: 3 });
  expect(tasksOf(commands).map(({ mean }) => mean)).toEqual(new Array(15).fill(null));
});
