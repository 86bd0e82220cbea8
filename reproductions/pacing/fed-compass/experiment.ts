/**
 * Ten silos, the slowest five times as slow as the fastest: work by speed against rounds, single updates and buffers.
 *
 * @module
 */
import type { Experiment } from "../../harness/experiment.ts";
import { secondsTo } from "../../harness/metrics.ts";
import { idleShare, lateAccuracyInTime, objectiveBias, updatesUsed } from "../../harness/time-metrics.ts";
import { buff, compass, rounds, single } from "./arms.ts";

const TARGET = 0.8;

const [constant, varying] = [{ computeNoise: 0 }, { computeNoise: 0.2 }];

export const experiment: Experiment = {
  title: "work by speed against rounds, single updates and buffers",
  conditions: [
    {
      name: "constant speeds",
      arms: [rounds(constant), compass(constant), single(constant), buff(constant, 3), buff(constant, 5)],
    },
    {
      name: "times that vary by a fifth from task to task",
      arms: [rounds(varying), compass(varying), buff(varying, 5)],
    },
  ],
  metrics: [secondsTo(TARGET), lateAccuracyInTime(0.2), idleShare, objectiveBias, updatesUsed],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
