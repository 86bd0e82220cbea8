/**
 * What a cut-off does where clients stay for several rounds on end and are gone for long.
 *
 * @module
 */
import type { Experiment } from "../../harness/experiment.ts";
import { SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";
import { exact, fedAu, metrics } from "./arms.ts";
import { markov } from "./attendance.ts";

export const experiment: Experiment = {
  title: "a cut-off where clients come in chains",
  conditions: [
    {
      name: "in chains: five rounds on end on average",
      arms: [fedAu(markov, null), fedAu(markov, 50), fedAu(markov, 20), exact(markov)],
    },
  ],
  metrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
