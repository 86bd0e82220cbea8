/**
 * Anarchic: workers decide when they work and how much. Whoever is there takes the current model, takes as many local steps
 * as it likes, answers, and begins anew; every `updates` answers make a version. The server invites nobody and waits for
 * nobody.
 *
 * When a client works is when its device is available. How many steps it takes is up to it where the plan's work is a range:
 * work: { minimumSteps: 1, maximumSteps: 50, batchSize: 32 }.
 *
 * Yang, Zhang, Khanduri, Liu, "Anarchic federated learning", ICML 2022. https://arxiv.org/abs/2108.09875
 *
 * The published methods: AFA-CD with the aggregation `afa-cd`, AFA-CS with `afa-cs`. Both normalise by steps, so that the
 * server's learning rate has to be larger by about the number of local steps.
 *
 * Trust: that clients work before they answer: nothing bounds how often one is heard. Steps are the client's claim.
 *
 * @module
 */
import { anarchicPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import { continuous, type ContinuousState } from "./continuous.ts";
import { definePacing, type Pacing } from "./pacing.ts";

/** Options of {@link anarchic}. */
export interface AnarchicOptions {
  /** m: updates that make a version, a whole number ≥ 1; 5 by default. */
  readonly updates?: number;
}

/** The pacing `anarchic`. Throws Fault "option-invalid". */
export const anarchic: PartFactory<AnarchicOptions, Pacing<unknown>> = definePacing<AnarchicOptions, ContinuousState>({
  room: "pacing",
  name: "anarchic",
  about: "Clients work when they like and as much as they like; every so many answers make a version.",
  fights: ["delay"],
  paper: anarchicPaper,
  options: {
    updates: { kind: "number", integer: true, minimum: 1, default: 5, about: "m: updates that make a version" },
  },
  make: ({ updates }) => continuous({ updates, concurrency: null }),
});
