/**
 * Does turning old updates into fresh ones help a class that only slow clients know?
 *
 * @module
 */
import { conversion, staleness } from "@potluck/core";
import { arm, type Condition, type Experiment, type Metric, pairs } from "../../harness/experiment.ts";
import { lateAccuracy, secondsTo, unrest } from "../../harness/metrics.ts";
import { halving, RARE, stale } from "./scene.ts";

const inversion = conversion.gradientInversion({ examples: 8, iterations: 200 });
const RATES = [0.25, 0.5, 1] as const;

/** Held-out accuracy of the last model on the digit that only slow clients have. */
const rareAccuracy: Metric = {
  name: `final test accuracy on the digit ${RARE}`,
  better: "higher",
  digits: 3,
  of: ({ scorecard }) => scorecard.starvation.accuracyPerClass[RARE] ?? Number.NaN,
};

const convertedUpdates: Metric = {
  name: "old updates converted",
  better: "lower",
  digits: 0,
  of: ({ conversions }) => conversions?.conversions ?? 0,
};

const unexplained: Metric = {
  name: "share of an old update that is left unexplained",
  better: "lower",
  digits: 3,
  of: ({ conversions }) => conversions?.meanDistance ?? 1,
};

const patient: Condition = {
  name: "a search of 200 iterations",
  arms: [
    arm("as it is", [...RATES], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: stale({ learningRate }),
    })),
    arm("polynomial discount", pairs(RATES, [0.1, 0.5]), ([learningRate, exponent]) => ({
      knobs: { "learning rate": learningRate, exponent },
      scenario: stale({ learningRate, staleness: staleness.polynomial({ exponent }) }),
    })),
    arm("halved with age", pairs(RATES, [60, 180]), ([learningRate, versions]) => ({
      knobs: { "learning rate": learningRate, "halved every … versions": versions },
      scenario: stale({ learningRate, staleness: halving(versions) }),
    })),
    arm("gradient inversion", [...RATES], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: stale({ learningRate, conversion: inversion }),
    })),
  ],
};

const hasty: Condition = {
  name: "a search of 20 iterations, learning rate 0.5",
  arms: [
    arm("as it is", [0.5], (learningRate) => ({ knobs: {}, scenario: stale({ learningRate }) })),
    arm("gradient inversion", [0.5], (learningRate) => ({
      knobs: {},
      scenario: stale({ learningRate, conversion: conversion.gradientInversion({ examples: 8, iterations: 20 }) }),
    })),
  ],
};

export const experiment: Experiment = {
  title: "a class that only slow clients have, by what becomes of old updates",
  conditions: [patient, hasty],
  metrics: [lateAccuracy(10), rareAccuracy, unrest(10), secondsTo(0.75), convertedUpdates, unexplained],
  tuningSeeds: [101],
  seeds: [1, 2, 3, 4, 5],
};
