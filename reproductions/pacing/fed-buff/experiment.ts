/**
 * A thousand clients of whom a hundred work at a time: buffers against rounds and single updates.
 *
 * @module
 */
import type { Experiment } from "../../harness/experiment.ts";
import { buff, metrics, overSelected, rounds, type Scale, single } from "./arms.ts";

const hundred: Scale = { atWork: 100, updates: 3000, measuredEvery: 100 };

export const experiment: Experiment = {
  title: "buffers against rounds and single updates, with a thousand clients",
  conditions: [
    {
      name: "1,000 clients, 100 at a time, task times half-normal",
      arms: [
        rounds(hundred),
        overSelected(hundred),
        single(hundred),
        buff(hundred, 1),
        buff(hundred, 10),
        buff(hundred, 100),
      ],
    },
  ],
  metrics,
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
