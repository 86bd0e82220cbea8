/**
 * Accuracy against bytes, both directions: every codec on one task.
 *
 * @module
 */
import { codec, download, feedback } from "@potluck/core";
import { SEEDS } from "../../harness/bench.ts";
import { bothDirections, codecAccuracy, codecArm, codecMetrics } from "../../harness/codecs.ts";
import type { Arm, Condition, Experiment } from "../../harness/experiment.ts";

const ROUNDS = 50;

type AnyCodec = Parameters<typeof download.changes>[0]["codec"];

const changes = (by: AnyCodec): { readonly down: ReturnType<typeof download.changes> } => ({
  down: download.changes({ codec: by }),
});
const kept = { keeping: feedback.errorFeedback() } as const;
const rounds = { rounds: ROUNDS } as const;
const inBits = (ratio: number): ReturnType<typeof codec.chain> =>
  codec.chain({ sparsifier: codec.topK({ ratio }), quantiser: codec.qsgd({ bits: 4, bucket: 64 }) });

/** A codec that loses next to nothing: up, and both ways. */
function nearExact(name: string, by: AnyCodec): readonly Arm[] {
  return [codecArm(name, by, rounds), codecArm(`${name}, both ways`, by, { ...rounds, ...changes(by) })];
}

/** A codec that is right on average, which can only go up: with the whole model down, and with its changes in float16. */
function unbiased(name: string, by: AnyCodec): readonly Arm[] {
  return [
    codecArm(name, by, rounds),
    codecArm(`${name}, float16 down`, by, { ...rounds, ...changes(codec.float16()) }),
  ];
}

/** A codec that is biased, with a memory of what it lost: up, and both ways. */
function biased(name: string, by: AnyCodec): readonly Arm[] {
  return [
    codecArm(`${name}, kept`, by, { ...rounds, ...kept }),
    codecArm(`${name}, kept, both ways`, by, { ...rounds, ...kept, ...changes(by) }),
  ];
}

const fourBits = codec.kMeans({ bits: 4 });

const arms: Condition["arms"] = [
  codecArm("identity", codec.identity(), rounds),
  ...nearExact("float16", codec.float16()),
  ...nearExact("bfloat16", codec.bfloat16()),
  ...unbiased("qsgd, 4 bits", codec.qsgd({ bits: 4 })),
  ...unbiased("qsgd, 2 bits", codec.qsgd({ bits: 2 })),
  ...unbiased("ternary", codec.ternary()),
  ...unbiased("rand-k, 10%", codec.randK({ ratio: 0.1 })),
  ...unbiased("count-sketch, 1/4", codec.countSketch({ ratio: 1 / 4 })),
  ...unbiased("srht, 1/4", codec.srht({ ratio: 1 / 4 })),
  ...biased("k-means, 4 bits", fourBits),
  ...biased("entropy of k-means, 4 bits", codec.entropy({ codec: fourBits })),
  ...biased("sign", codec.sign()),
  ...biased("top-k, 10%", codec.topK({ ratio: 0.1 })),
  ...biased("top-k, 1%", codec.topK({ ratio: 0.01 })),
  ...biased("threshold, 0.01", codec.threshold({ threshold: 0.01 })),
  ...biased("per-layer top-k, 10%", codec.perLayer({ codec: codec.topK({ ratio: 0.1 }) })),
  ...biased("low-rank, 4", codec.lowRank({ rank: 4 })),
  ...biased("chain, 10% in 4 bits", inBits(0.1)),
  ...biased("chain, 1% in 4 bits", inBits(0.01)),
  ...biased("fed-zip, 10% in 2 bits", codec.fedZip({ ratio: 0.1, bits: 2 })),
  ...biased("fed-zip, 1% in 2 bits", codec.fedZip({ ratio: 0.01, bits: 2 })),
  codecArm("chain, 1% up and 10% down, in 4 bits, kept", inBits(0.01), { ...rounds, ...kept, ...changes(inBits(0.1)) }),
];

export const experiment: Experiment = {
  title: "Accuracy against bytes, both directions: every codec on one task",
  conditions: [
    { name: `digits, twenty clients with label skew (α = 0.3), ten of them in each of ${ROUNDS} rounds`, arms },
  ],
  metrics: codecMetrics,
  drawn: { megabytes: bothDirections, accuracy: codecAccuracy },
  tuningSeeds: [101],
  seeds: SEEDS.slice(0, 5),
};
