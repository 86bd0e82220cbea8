/**
 * The result of a run as a coordinator answers it: what comparisons are made of.
 *
 * @module
 */
import { outcomeFrom, type PlainOutcome, type RunOutcome } from "@potluck/scenario";
import {
  array,
  custom,
  looseObject,
  nullable,
  number,
  pipe,
  record,
  string,
  transform,
  type ZodMiniType,
} from "zod/mini";

const scores = looseObject({});

/** As much of it as tells whether it is one, and whole. */
const shape = looseObject({
  scenario: string(),
  seed: number(),
  status: string(),
  versions: number(),
  virtualSeconds: number(),
  modelHash: string(),
  parts: array(looseObject({ room: string(), name: string() })),
  measurements: array(
    looseObject({
      version: number(),
      virtualSeconds: number(),
      testAccuracy: nullable(number()),
      updatesUsed: number(),
    }),
  ),
  clients: array(looseObject({ id: number(), tier: string(), timesUsed: number() })),
  scorecard: looseObject({ starvation: scores, delay: scores, unfairShare: scores, bottleneck: scores }),
  conditions: looseObject({}),
  data: looseObject({ name: string() }),
  effectiveObjective: looseObject({}),
  failures: record(string(), number()),
});

/** A coordinator that answers in this shape answers with an outcome, which it made plain itself. */
const plain = custom<PlainOutcome>((value) => shape.safeParse(value).success);

/** The shape of the result of a run. */
export const resultAnswer: ZodMiniType<RunOutcome> = pipe(plain, transform(outcomeFrom));
