/**
 * The schemes with fifty clients in place of twenty, on the same data and for the same time.
 *
 * @module
 */
import type { Condition, Experiment } from "../../harness/experiment.ts";
import { lateLossInTime, lossUnrest, objectiveBias, secondsToLoss, updatesUsed } from "../../harness/time-metrics.ts";
import { asynchronous, buff, corrected, fix, rounds } from "./arms.ts";

const CLIENTS = 50;

const arms: Condition["arms"] = [
  rounds(CLIENTS),
  fix(CLIENTS, 0.5),
  fix(CLIENTS, 0.2),
  asynchronous("corrected", CLIENTS, corrected),
  buff(CLIENTS, 10),
];

const toTarget = secondsToLoss(0.6);

export const experiment: Experiment = {
  title: "fixed intervals against rounds, single updates and buffers, with fifty clients",
  conditions: [
    { name: "50 clients, each arm at its best in the end", arms },
    { name: "50 clients, each arm as fast as it can be", tunedBy: toTarget, arms },
  ],
  metrics: [lateLossInTime(0.2), toTarget, lossUnrest(0.2), objectiveBias, updatesUsed],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5, 6],
};
