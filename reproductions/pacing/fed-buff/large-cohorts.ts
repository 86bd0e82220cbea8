/**
 * A thousand clients of whom three hundred work at a time: a round makes one step of what buffers make thirty of.
 *
 * @module
 */
import type { Experiment } from "../../harness/experiment.ts";
import { buff, metrics, overSelected, rounds, type Scale } from "./arms.ts";

/** Every arm is measured as seldom as rounds are: a target is not reached earlier for being looked for more often. */
const threeHundred: Scale = { atWork: 300, updates: 6000, measuredEvery: 300 };

export const experiment: Experiment = {
  title: "buffers against rounds of three hundred clients of a thousand",
  conditions: [
    {
      name: "1,000 clients, 300 at a time, task times half-normal",
      arms: [rounds(threeHundred), overSelected(threeHundred), buff(threeHundred, 10), buff(threeHundred, 100)],
    },
  ],
  metrics,
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
