/**
 * Do the clients of a group arrive together? How long it is from the first update of a version to its last.
 *
 * @module
 */
import { runNotingArrivals, spreadOfArrivals, updatesPerVersion } from "../../harness/arrivals.ts";
import { type Condition, type Experiment, pairs } from "../../harness/experiment.ts";
import { idleShare } from "../../harness/time-metrics.ts";
import { buff, compass, rounds } from "./arms.ts";

/** From here on every client's speed is known: the slowest was heard after a second at the latest, or a little more. */
const SINCE = 3;

function condition(name: string, computeNoise: number): Condition {
  // When updates arrive does not depend on what is learnt.
  const setting = { computeNoise, rates: pairs([0.03], [1]) };
  return { name, arms: [rounds(setting), compass(setting), compass(setting, "all alike"), buff(setting, 10)] };
}

export const experiment: Experiment = {
  title: "how far apart the updates of a version arrive",
  conditions: [
    condition("constant speeds", 0),
    condition("times that vary by a twentieth from task to task", 0.05),
    condition("times that vary by a fifth from task to task", 0.2),
  ],
  metrics: [spreadOfArrivals(SINCE), updatesPerVersion(SINCE), idleShare],
  tuningSeeds: [],
  seeds: [1, 2, 3, 4, 5, 6],
  run: runNotingArrivals,
};
