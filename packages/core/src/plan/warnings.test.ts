import { expect, test } from "vitest";
import { chain, float16, identity, qsgd, randK, sign, ternary, threshold, topK } from "../codec/index.ts";
import { changes } from "../download/index.ts";
import { dgc, ef21, ef21W, errorFeedback, scafcom, scaffold, scallion } from "../feedback/index.ts";
import { fedBuff, rounds } from "../pacing/index.ts";
import { adam, momentum, yogi } from "../server-optimizer/index.ts";
import { sgd } from "../solver/sgd.ts";
import { federated } from "./federated.ts";
import type { FederatedOptions } from "./federated-parts.ts";

const base: FederatedOptions = {
  pacing: rounds({ cohort: 10 }),
  solver: sgd({ learningRate: 0.1 }),
  work: { steps: 1, batchSize: 8 },
  versions: 1,
};

const warningsWith = (parts: Partial<FederatedOptions>): readonly { readonly sentence: string }[] =>
  federated({ ...base, ...parts }).warnings ?? [];

type Fused = readonly [string, Partial<FederatedOptions>, string];

const fused: readonly Fused[] = [
  ["top-k without feedback", { upload: topK() }, "lost for good"],
  ["sign without feedback", { upload: sign() }, "lost for good"],
  ["a threshold without feedback", { upload: threshold({ threshold: 0.1 }) }, "lost for good"],
  ["rand-k without feedback", { upload: randK() }, "99 times its update, squared"],
  [
    "two bits, averaged by nobody",
    { upload: qsgd({ bits: 2 }), pacing: fedBuff({ updates: 1, concurrency: 2 }) },
    "24 times smaller",
  ],
  ["SCALLION that damps too little", { upload: randK(), feedback: scallion({ damping: 0.1 }) }, "most likely diverge"],
  [
    "momentum at clients and server",
    { upload: topK(), feedback: dgc(), serverOptimizer: momentum() },
    "momentum twice",
  ],
  ...[adam, yogi].map((optimizer): Fused => [
    `momentum at clients and in ${optimizer.definition.name}`,
    { upload: topK(), feedback: dgc(), serverOptimizer: optimizer({ learningRate: 0.01 }) },
    "momentum twice",
  ]),
  [
    "momentum twice at clients",
    { upload: topK(), feedback: dgc(), solver: sgd({ learningRate: 0.1, momentum: 0.9 }) },
    "momentum twice",
  ],
  [
    "EF21-W that estimates with a threshold",
    { upload: threshold({ threshold: 0.1 }), feedback: ef21W({ rate: "estimated" }) },
    "guarantees none",
  ],
  [
    "a threshold down, whose losses are dropped",
    { download: changes({ codec: threshold({ threshold: 0.1 }), lost: "dropped" }) },
    'drops what codec "threshold" leaves out',
  ],
  [
    "a hundredth down, whose losses are dropped",
    { download: changes({ codec: randK(), lost: "dropped" }) },
    "100 times smaller",
  ],
  [
    "EF21-W that estimates with models that are off",
    { upload: topK(), feedback: ef21W({ rate: "estimated" }), download: changes({ codec: topK() }) },
    "as if clients had the model itself",
  ],
];

test.each(fused)("%s is warned of in one sentence, with what to do", (_, parts, words) => {
  const warnings = warningsWith(parts);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.sentence).toContain(words);
  expect(warnings[0]).toHaveProperty("remedy", expect.stringMatching(/\.$/));
});

const sound: readonly (readonly [string, Partial<FederatedOptions>])[] = [
  ["nothing lost", { upload: identity() }],
  ["half precision", { upload: float16() }],
  ["all numbers by size", { upload: topK({ ratio: 1 }) }],
  ["three values, averaged", { upload: ternary() }],
  ["a hundredth, of many", { upload: randK(), pacing: rounds({ cohort: 100 }) }],
  ["error feedback", { upload: chain({ sparsifier: topK(), quantiser: sign() }), feedback: errorFeedback() }],
  ["EF21", { upload: topK(), feedback: ef21() }],
  ["EF21-W, estimated", { upload: topK(), feedback: ef21W({ rate: "estimated" }) }],
  ["DGC", { upload: topK(), feedback: dgc() }],
  ["DGC without momentum", { upload: topK(), feedback: dgc({ momentum: 0 }), serverOptimizer: momentum() }],
  ["SCALLION as it damps by itself", { upload: randK(), feedback: scallion() }],
  ["SCALLION that damps enough", { upload: randK(), feedback: scallion({ damping: 0.01 }) }],
  ["SCAFCOM", { upload: topK(), feedback: scafcom() }],
  ["SCAFFOLD", { feedback: scaffold() }],
  ["a hundredth down, whose losses are kept", { download: changes({ codec: topK() }) }],
  ["a threshold down, whose losses are kept", { download: changes({ codec: threshold({ threshold: 0.1 }) }) }],
  ["eight bits down, whose losses are dropped", { download: changes({ codec: qsgd({ bits: 8 }), lost: "dropped" }) }],
  [
    "EF21-W, estimated, with half precision down",
    { upload: topK(), feedback: ef21W({ rate: "estimated" }), download: changes({ codec: float16() }) },
  ],
];

test.each(sound)("there is nothing to warn of with %s", (_, parts) => {
  expect(warningsWith(parts)).toEqual([]);
});
