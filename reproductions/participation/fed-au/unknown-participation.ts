/**
 * A hundred clients that take part by chance, in chains or in cycles, at rates that nobody knows and that go with their data.
 *
 * @module
 */
import type { Condition, Experiment } from "../../harness/experiment.ts";
import { SEEDS, TUNING_SEEDS } from "../../harness/uneven.ts";
import { exact, fedAu, mean, metrics, sum } from "./arms.ts";
import { bernoulli, cyclic, markov, type Pattern } from "./attendance.ts";

function condition(name: string, pattern: Pattern): Condition {
  const hundred = { clients: 100, pattern };
  return { name, arms: [mean(hundred), sum(hundred), fedAu(hundred, null), fedAu(hundred, 50), exact(hundred)] };
}

export const experiment: Experiment = {
  title: "a hundred clients that are there at rates that nobody knows",
  conditions: [
    condition("by chance, every round by itself", bernoulli),
    condition("in chains: five rounds on end on average", markov),
    condition("in cycles of 100 rounds", cyclic),
  ],
  metrics,
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
