/**
 * Control variates with compressed messages, where every client is asked forty times: loss against bytes sent by clients.
 *
 * @module
 */
import { codec, feedback } from "@potluck/core";
import { SEEDS } from "../../harness/bench.ts";
import { type ControlledBench, controlledArm, controlledMetrics } from "../../harness/controlled.ts";
import type { Experiment, Metric } from "../../harness/experiment.ts";

const CLIENTS = 40;

const bench: ControlledBench = {
  clients: CLIENTS,
  rounds: 400,
  digits: 8000,
  hidden: [],
  batchSize: 10,
  evaluateEvery: 10,
  local: [0.03, 0.1, 0.3],
  server: [1, 3],
};

type Way = Parameters<typeof controlledArm>[1];

const armOf = (name: string, way?: Way): ReturnType<typeof controlledArm> => controlledArm(name, way, bench);

const twoBits = codec.qsgd({ bits: 2 });
const hundredth = codec.topK({ ratio: 0.01 });

/** Megabytes that clients have sent by the time the held-out loss is first as low; infinite where it never is. */
function megabytesTo(loss: number): Metric {
  return {
    name: `MB sent by clients until the test loss is first ${loss} or less`,
    better: "lower",
    digits: 2,
    of: ({ measurements }) => (measurements.find(({ testLoss }) => testLoss <= loss)?.bytesUp ?? Infinity) / 1e6,
  };
}

export const experiment: Experiment = {
  title: "Loss against bytes where every client is asked forty times",
  conditions: [
    {
      name: `digits, softmax regression, ${CLIENTS} clients of two kinds each, four of them take ten steps in each of ${bench.rounds} rounds`,
      arms: [
        armOf("SCAFFOLD", { feedback: feedback.scaffold() }),
        armOf("FedAvg"),
        armOf("FedPAQ, 2 bits", { upload: twoBits }),
        ...[0.1, 0.3].map((damping) =>
          armOf(`SCALLION, 2 bits, α = ${damping}`, { upload: twoBits, feedback: feedback.scallion({ damping }) }),
        ),
        armOf("Fed-EF, top-k, 1%", { upload: hundredth, feedback: feedback.errorFeedback() }),
        ...[0.2, 1].map((momentum) =>
          armOf(`SCAFCOM, top-k, 1%, β = ${momentum}`, { upload: hundredth, feedback: feedback.scafcom({ momentum }) }),
        ),
      ],
    },
  ],
  metrics: [...controlledMetrics, megabytesTo(0.45), megabytesTo(0.4)],
  tuningSeeds: [101],
  seeds: SEEDS.slice(0, 5),
};
