/**
 * What a cut-off does where clients stay for several rounds on end and are gone for long.
 *
 * @module
 */
import type { Experiment } from "../../harness/experiment.ts";
import { SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";
import { exact, fedAu, metrics } from "./arms.ts";
import { markov } from "./attendance.ts";

const hundred = { clients: 100, pattern: markov } as const;

export const experiment: Experiment = {
  title: "a cut-off where clients come in chains",
  conditions: [
    {
      name: "in chains: five rounds on end on average",
      arms: [fedAu(hundred, null), fedAu(hundred, 50), fedAu(hundred, 20), exact(hundred)],
    },
  ],
  metrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
