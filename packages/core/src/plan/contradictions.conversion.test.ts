import { expect, test } from "vitest";
import { mean } from "../aggregation/mean.ts";
import { Fault } from "../base/fault.ts";
import {
  bfloat16,
  chain,
  countSketch,
  entropy,
  float16,
  identity,
  kMeans,
  perLayer,
  qsgd,
  randK,
  sign,
  srht,
  ternary,
  threshold,
  topK,
} from "../codec/index.ts";
import { gradientInversion } from "../conversion/gradient-inversion.ts";
import { none } from "../conversion/none.ts";
import { rounds } from "../pacing/rounds.ts";
import { adam } from "../solver/adam.ts";
import { sgd } from "../solver/sgd.ts";
import { federated } from "./federated.ts";
import type { FederatedOptions } from "./federated-parts.ts";

/** Why a plan that converts old updates, or one with these changes, is refused; null where it is not. */
function faultOf(changes: Partial<FederatedOptions>): Fault | null {
  const [pacing, solver] = [rounds({ cohort: 1 }), sgd({ learningRate: 0.1 })];
  const work = { minimumSteps: 1, maximumSteps: 2, batchSize: 1 };
  try {
    federated({ pacing, solver, work, versions: 1, conversion: gradientInversion(), ...changes });
    return null;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** The plan that is refused, the message, and the remedy. */
const sentences: readonly (readonly [string, Partial<FederatedOptions>, RegExp, RegExp])[] = [
  [
    "what clients conceal, made up by the server",
    { upload: { ...identity(), conceals: true } },
    /^conversion "gradient-inversion" makes up the examples behind every single update, and codec "identity" is there to keep/u,
    /^Use conversion "none"/u,
  ],
  [
    "what clients conceal by noise",
    { upload: srht({ ratio: 1, noise: 0.1 }) },
    /^conversion "gradient-inversion" makes up the examples behind every single update, and codec "srht" is there to keep/u,
    /^Use conversion "none"/u,
  ],
  [
    "what an aggregation conceals",
    { aggregation: { ...mean(), conceals: true } },
    /aggregation "mean" is there to keep from the server what a single update says/u,
    /give up the promise/u,
  ],
  ...[
    sgd({ learningRate: 0.1, momentum: 0.9 }),
    sgd({ learningRate: 0.1, clipNorm: 1 }),
    adam({ learningRate: 0.1 }),
  ].map((solver): (typeof sentences)[number] => [
    `steps of ${JSON.stringify(solver.part)}, which are not followed`,
    { solver },
    new RegExp(`^conversion "gradient-inversion" follows .*, and solver "${solver.part.name}" with these options`, "u"),
    /^Use solver "sgd" with a learning rate and nothing else/u,
  ]),
];

test.each(sentences)("%s: refused, with the reason and what to do instead", (_, changes, message, remedy) => {
  const fault = faultOf(changes);
  expect(fault?.code).toBe("plan-contradiction");
  expect(fault?.message).toMatch(message);
  expect(fault?.remedy).toMatch(remedy);
});

const sparseCodecs = [
  topK(),
  randK(),
  threshold({ threshold: 0.001 }),
  ternary(),
  qsgd({ bits: 2 }),
  chain({ sparsifier: topK(), quantiser: qsgd() }),
  entropy({ codec: ternary() }),
  entropy({ codec: chain({ sparsifier: randK(), quantiser: qsgd() }) }),
];

test.each(sparseCodecs)("an update that arrives by $part.name is not inverted: most of it is 0", (upload) => {
  const fault = faultOf({ upload });
  expect(fault?.code).toBe("plan-contradiction");
  expect(fault?.message).toMatch(
    /^conversion "gradient-inversion" looks for examples .* arrive as 0, whatever the examples were: hardly anything/u,
  );
  expect(fault?.message).toContain(`upload "${upload.part.name}"`);
  expect(fault?.remedy).toMatch(/^Use conversion "none", or a codec that sends every number/u);
  expect(faultOf({ upload, conversion: none() })).toBeNull();
});

const noisyCodecs = [
  countSketch({ ratio: 0.25 }),
  srht({ ratio: 0.1 }),
  entropy({ codec: countSketch() }),
  perLayer({ codec: srht() }),
];

test.each(noisyCodecs)("one that arrives by $part.name with more noise than update is not either", (upload) => {
  const fault = faultOf({ upload });
  expect(fault?.code).toBe("plan-contradiction");
  expect(fault?.message).toMatch(/times as much noise as update, squared: what is found would explain the noise$/u);
  expect(fault?.message).toContain(`upload "${upload.part.name}"`);
  expect(fault?.remedy).toContain("a ratio of a half or more");
  expect(faultOf({ upload, conversion: none() })).toBeNull();
});

const wholeCodecs = [
  identity(),
  float16(),
  bfloat16(),
  qsgd(),
  qsgd({ bits: 4 }),
  sign(),
  kMeans(),
  countSketch({ ratio: 0.5 }),
  srht({ ratio: 0.75 }),
  entropy({ codec: qsgd() }),
];

test.each(wholeCodecs)("one that arrives by $part.name is", (upload) => {
  expect(faultOf({ upload })).toBeNull();
});

test("parts that conceal nothing, and plans that invert nothing, are not refused", () => {
  expect(faultOf({})).toBeNull();
  expect(faultOf({ upload: { ...identity(), conceals: false } })).toBeNull();
  expect(faultOf({ conversion: none(), upload: { ...identity(), conceals: true } })).toBeNull();
});
