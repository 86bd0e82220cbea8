/**
 * A run for tests, as it is told at a glance.
 *
 * @module
 */
import type { Run } from "../api/answers.ts";

/** One that goes on with two clients. */
export const sampleRun: Run = {
  id: "r",
  name: "r",
  seed: 1,
  scenario: "digest",
  plan: "rounds 3, mean, sgd 0.1",
  fleet: "whoever joins",
  clock: "wall",
  experiments: [],
  isHosted: true,
  created: 0,
  state: "running",
  ended: null,
  seconds: 1,
  version: 1,
  accuracy: null,
  loss: null,
  measuredVersion: null,
  clients: { known: 2, available: 2, connected: 2 },
  openTasks: 0,
  updates: { accepted: 0, late: 0, abandoned: 0, invalid: {} },
  bytesUp: 0,
  bytesDown: 0,
};
