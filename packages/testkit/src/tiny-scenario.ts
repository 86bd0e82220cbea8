/**
 * A scenario that is done in a moment, as it stands in a file.
 *
 * @module
 */

/** Six clients, three rounds. */
export const tiny = {
  name: "tiny",
  model: { name: "mlp", hidden: [8] },
  data: { name: "gaussians", classes: 3, features: 5, examplesPerClass: 60 },
  partition: { name: "iid", clients: 6 },
  fleet: { name: "uniform" },
  plan: {
    pacing: { name: "rounds", cohort: 3 },
    solver: { name: "sgd", learningRate: 0.1 },
    work: { epochs: 1, batchSize: 8 },
    versions: 3,
  },
} as const;
