import { describe, expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { sum } from "../aggregation/sum.ts";
import { catalogue, type Shelf } from "../catalogue.ts";
import { rounds } from "../pacing/rounds.ts";
import { sgd } from "../solver/sgd.ts";
import { federated } from "./federated.ts";
import type { FederatedOptions } from "./federated-parts.ts";

/** Every part of a shelf with options that suit it. */
function partsOn<Made>(shelf: Shelf<Made>): readonly Made[] {
  return Object.values(shelf).map((entry) => {
    const needed = Object.entries(entry.definition.options).filter(([, spec]) => spec.default === undefined);
    return entry.parse(Object.fromEntries(needed.map(([name, spec]) => [name, spec.kind === "number" ? 1 : "x"])));
  });
}

const base: FederatedOptions = {
  pacing: rounds({ cohort: 1 }),
  solver: sgd({ learningRate: 0.1 }),
  work: { minimumSteps: 1, maximumSteps: 2, batchSize: 1 },
  versions: 1,
};

/** Plans with every part of each of these rooms, and with every pair, triple, … of them. */
const combinations: readonly FederatedOptions[] = partsOn(catalogue.pacing).flatMap((pacing) =>
  partsOn(catalogue.selection).flatMap((selection) =>
    partsOn(catalogue.weighting).flatMap((weighting) =>
      partsOn(catalogue.staleness).flatMap((staleness) =>
        partsOn(catalogue.participation).flatMap((participation) =>
          [...partsOn(catalogue.aggregation), sum({ divideBy: "clients" }), sum({ divideBy: "examples" })].map(
            (aggregation) => ({ ...base, pacing, selection, weighting, staleness, participation, aggregation }),
          ),
        ),
      ),
    ),
  ),
);

/** What a client and the server compute goes with everything. */
const computations: readonly FederatedOptions[] = partsOn(catalogue["server-optimizer"]).flatMap((serverOptimizer) =>
  partsOn(catalogue.solver).map((solver) => ({ ...base, serverOptimizer, solver })),
);

function faultOf(options: FederatedOptions): Fault | null {
  try {
    federated(options);
    return null;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** Whether a plan is one of those that are to be refused. */
function isRefused({ pacing, selection, weighting, staleness, aggregation }: FederatedOptions): boolean {
  const counted = weighting?.part.name === "by-examples";
  if (counted && selection?.part.name === "by-examples") return true;
  if (pacing.part.name === "fed-compass" && selection?.part.name === "by-examples") return true;
  const by = aggregation?.part.options["divideBy"];
  if (aggregation?.part.name === "sum" && counted !== (by === "examples")) return true;
  if (aggregation?.part.name === "mixing" && counted) return true;
  const discounted = staleness?.part.name !== "constant";
  const divides = aggregation?.part.name === "mean" || aggregation?.part.name === "fed-nova";
  return pacing.part.name === "fed-async" && discounted && divides;
}

describe("any parts make a plan, or are refused in a sentence", () => {
  test("and the only ones refused contradict each other", () => {
    const wrong = combinations.filter((options) => (faultOf(options) !== null) !== isRefused(options));
    expect(wrong.map((options) => Object.values(options))).toEqual([]);
    const refused = combinations.filter(isRefused);
    expect(refused.length).toBeGreaterThan(0);
    expect(combinations.length).toBeGreaterThan(refused.length);
    expect(new Set(refused.map((options) => faultOf(options)?.code))).toEqual(new Set(["plan-contradiction"]));
  });

  test("whatever clients and server compute", () => {
    expect(computations.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
  });
});

/** The plan that is refused, the message, and the remedy. */
const sentences: readonly (readonly [string, Partial<FederatedOptions>, RegExp, RegExp])[] = [
  [
    "examples that count twice",
    { selection: catalogue.selection["byExamples"]?.parse({}) },
    /^selection "by-examples" and weighting "by-examples" .* n²$/u,
    /^Use selection "by-examples" with weighting "uniform", or /u,
  ],
  [
    "numbers of examples where weights of 1 are expected",
    { aggregation: sum() },
    /^aggregation "sum", divided by "updates", takes weights of about 1, and weighting "by-examples" gives numbers/u,
    /divideBy "updates" or "clients"/u,
  ],
  [
    "weights of 1 where numbers of examples are expected",
    { aggregation: sum({ divideBy: "share" }), weighting: catalogue.weighting["uniform"]?.parse({}) },
    /^aggregation "sum", divided by "share", takes numbers of examples as weights, and weighting "uniform"/u,
    /"by-examples" with "examples" or "share"/u,
  ],
  [
    "a discount that cancels",
    {
      pacing: catalogue.pacing["fedBuff"]?.parse({ updates: 1 }),
      staleness: catalogue.staleness["hinge"]?.parse({}),
    },
    /^pacing "fed-buff" publishes every update alone, .* "hinge" would change nothing$/u,
    /^Use aggregation "sum" or "mixing"\.$/u,
  ],
  [
    "steps of one's own, counted in epochs",
    { pacing: catalogue.pacing["fedCompass"]?.parse({}), work: { epochs: 1, batchSize: 1 } },
    /^pacing "fed-compass" gives every client its own number of steps, and the work is counted in epochs$/u,
    /minimumSteps/u,
  ],
  [
    "a selection that is never asked",
    {
      pacing: catalogue.pacing["fedCompass"]?.parse({}),
      selection: catalogue.selection["byExamples"]?.parse({}),
      weighting: catalogue.weighting["uniform"]?.parse({}),
    },
    /^pacing "fed-compass" gives every client work as soon as it is free, so that selection "by-examples"/u,
    /^Leave the selection out/u,
  ],
];

test.each(sentences)("%s: refused, with the reason and what to do instead", (_, changes, message, remedy) => {
  const fault = faultOf({ ...base, ...changes });
  expect(fault?.code).toBe("plan-contradiction");
  expect(fault?.message).toMatch(message);
  expect(fault?.remedy).toMatch(remedy);
});
