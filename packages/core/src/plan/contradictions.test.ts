import { describe, expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { afaCd } from "../aggregation/afa-cd.ts";
import { afaCs } from "../aggregation/afa-cs.ts";
import { fedNova } from "../aggregation/fed-nova.ts";
import { mean } from "../aggregation/mean.ts";
import { mixing } from "../aggregation/mixing.ts";
import { sum } from "../aggregation/sum.ts";
import { catalogue, type Shelf } from "../catalogue.ts";
import { anarchic } from "../pacing/anarchic.ts";
import { fedAsync } from "../pacing/fed-async.ts";
import { fedBuff } from "../pacing/fed-buff.ts";
import { fedCompass } from "../pacing/fed-compass.ts";
import { fedFix } from "../pacing/fed-fix.ts";
import { rounds } from "../pacing/rounds.ts";
import type { Part } from "../part/part.ts";
import { fedAu } from "../participation/fed-au.ts";
import { inverse } from "../participation/inverse.ts";
import { byExamples } from "../selection/by-examples.ts";
import { sgd } from "../solver/sgd.ts";
import { hinge } from "../staleness/hinge.ts";
import { byExamples as byExamplesWeighting } from "../weighting/by-examples.ts";
import { uniform } from "../weighting/uniform.ts";
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

/** Plans with every choice of parts of these rooms. */
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

/** The parts of a plan that a rule names, as text: "weighting by-examples; aggregation sum examples". */
function textOf(options: FederatedOptions): string {
  const parts: readonly (Part | undefined)[] = [
    options.pacing,
    options.selection,
    options.weighting,
    options.staleness,
    options.participation,
    options.aggregation,
  ];
  return parts
    .flatMap((made) => (made === undefined ? [] : [made.part]))
    .map(
      ({ room, name, options: { divideBy } }) => `${room} ${name}${typeof divideBy === "string" ? ` ${divideBy}` : ""}`,
    )
    .join("; ");
}

/** The plans that are to be refused. */
const REFUSED: readonly RegExp[] = [
  /pacing (fed-compass|anarchic|fed-async|fed-buff|fed-fix); selection by-examples/u,
  /pacing rounds; selection by-examples; weighting by-examples; .*participation uncorrected; aggregation (?!afa-cs)/u,
  /pacing (fed-async|rounds); .*weighting by-examples; .*aggregation (mean|fed-nova|afa-cd)/u,
  /weighting by-examples; .*(aggregation sum (updates|clients)|aggregation mixing)/u,
  /weighting uniform; .*aggregation sum examples/u,
  /participation (inverse|fed-au); aggregation (afa-cs|mixing)/u,
  /pacing (fed-async|rounds); .*(staleness (polynomial|hinge)|participation (inverse|fed-au)); .*aggregation (mean|fed-nova|afa-cd)/u,
];

function isRefused(options: FederatedOptions): boolean {
  return REFUSED.some((pattern) => pattern.test(textOf(options)));
}

describe("any parts make a plan, or are refused in a sentence", () => {
  test("and the only ones refused contradict each other", () => {
    const wrong = combinations.filter((options) => (faultOf(options) !== null) !== isRefused(options));
    expect(wrong.map(textOf)).toEqual([]);
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
    { pacing: rounds({ cohort: 2 }), selection: byExamples() },
    /^selection "by-examples" and weighting "by-examples" .* n²$/u,
    /^Use selection "by-examples" with weighting "uniform", or /u,
  ],
  [
    "examples that count twice, for intervals that are cut off at once correct nothing",
    {
      pacing: rounds({ cohort: 2 }),
      selection: byExamples(),
      participation: fedAu({ cutOff: 1 }),
      aggregation: sum({ divideBy: "examples" }),
    },
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
    { aggregation: sum({ divideBy: "share" }), weighting: uniform() },
    /^aggregation "sum", divided by "share", takes numbers of examples as weights, and weighting "uniform"/u,
    /"by-examples" with "examples" or "share"/u,
  ],
  ...(["examples", "share"] as const).map((divideBy): (typeof sentences)[number] => [
    `capped examples, divided by uncapped ones ("${divideBy}")`,
    {
      pacing: rounds({ cohort: 2 }),
      weighting: byExamplesWeighting({ examplesCap: 9 }),
      aggregation: sum({ divideBy }),
    },
    new RegExp(
      `^weighting "by-examples" counts no more than 9 examples .* divided by "${divideBy}", .* would be too short`,
      "u",
    ),
    /^Leave "examplesCap" out, or use aggregation "mean", which divides by the weights that are there\.$/u,
  ]),
  [
    "capped examples, divided by uncapped ones, where in a mean the weight would cancel",
    {
      pacing: fedAsync(),
      weighting: byExamplesWeighting({ examplesCap: 9 }),
      aggregation: sum({ divideBy: "examples" }),
    },
    /^weighting "by-examples" counts no more than 9 examples /u,
    /^Leave "examplesCap" out\.$/u,
  ],
  [
    "a discount that cancels",
    {
      pacing: fedBuff({ updates: 1 }),
      staleness: hinge(),
    },
    /^pacing "fed-buff" publishes every update alone, .* "hinge" would change nothing$/u,
    /^Use aggregation "sum" or "mixing"\.$/u,
  ],
  [
    "a correction that cancels",
    {
      pacing: fedAsync(),
      participation: inverse(),
      aggregation: afaCd(),
    },
    /^pacing "fed-async" .* "afa-cd" divides it by its own weight: the participation correction "inverse" would change nothing$/u,
    /^Use aggregation "sum", divided by "clients" or "examples"\.$/u,
  ],
  [
    "a correction that cancels in rounds of one",
    { pacing: rounds({ cohort: 1, overSelection: 3 }), participation: inverse() },
    /^pacing "rounds" publishes every update alone, .* the participation correction "inverse" would change nothing$/u,
    /^Use aggregation "sum", divided by "clients" or "examples"\.$/u,
  ],
  ...[rounds({ cohort: 1 }), fedBuff({ updates: 1 }), fedAsync(), fedFix({ intervalSeconds: 1, concurrency: 1 })].map(
    (pacing): (typeof sentences)[number] => [
      `a weighting that cancels beside ${JSON.stringify(pacing.part)}`,
      { pacing, weighting: byExamplesWeighting() },
      new RegExp(
        `^pacing "${pacing.part.name}" .* "mean" divides .*: the weighting "by-examples" would change nothing$`,
        "u",
      ),
      /^Leave the weighting out, or use aggregation "sum", divided by "examples"\.$/u,
    ],
  ),
  [
    "a capped weighting that cancels",
    { pacing: fedAsync(), weighting: byExamplesWeighting({ examplesCap: 9 }) },
    /the weighting "by-examples" would change nothing$/u,
    /^Leave the weighting out, or leave its "examplesCap" out and use aggregation "sum", divided by "examples"\.$/u,
  ],
  [
    "examples that would count twice if anybody had to choose",
    { pacing: fedBuff(), selection: byExamples(), weighting: byExamplesWeighting() },
    /^pacing "fed-buff" gives work to every client that is free/u,
    /^Leave the selection out, or give the pacing a concurrency\.$/u,
  ],
  [
    "examples that would count twice if their weights did not cancel",
    { pacing: fedAsync({ concurrency: 2 }), selection: byExamples(), weighting: byExamplesWeighting() },
    /the weighting "by-examples" would change nothing$/u,
    /^Leave the weighting out/u,
  ],
  [
    "a correction of what everyone's latest update has made up for",
    { participation: inverse(), aggregation: afaCs() },
    /^aggregation "afa-cs" lets the latest .* "inverse" .* would count twice over$/u,
    /^Leave the participation out/u,
  ],
  [
    "a model that is thrown beyond what was sent",
    { participation: fedAu(), aggregation: mixing(), weighting: uniform() },
    /^aggregation "mixing" moves the model towards .* "fed-au" multiplies .* and diverge$/u,
    /^Leave the participation out, or use aggregation "sum", divided by/u,
  ],
  [
    "steps of one's own, counted in epochs",
    { pacing: fedCompass(), work: { epochs: 1, batchSize: 1 } },
    /^pacing "fed-compass" gives every client its own number of steps, and the work is counted in epochs$/u,
    /minimumSteps/u,
  ],
  ...[fedCompass(), anarchic(), fedAsync(), fedBuff(), fedFix({ intervalSeconds: 1 })].map(
    (pacing): (typeof sentences)[number] => [
      `a selection that has nothing to choose beside ${JSON.stringify(pacing.part)}`,
      { pacing, selection: byExamples(), weighting: uniform() },
      new RegExp(
        `^pacing "${pacing.part.name}" gives work to every client that is free, so that selection "by-examples" would`,
        "u",
      ),
      "concurrency" in pacing.part.options
        ? /^Leave the selection out, or give the pacing a concurrency\.$/u
        : /^Leave the selection out, or use another pacing\.$/u,
    ],
  ),
];

test("where the weight of an update cancels, the weighting that is not written out is uniform, and by examples elsewhere", () => {
  const weightingOf = (changes: Partial<FederatedOptions>): string | undefined =>
    federated({ ...base, ...changes }).parts.find(({ room }) => room === "weighting")?.name;
  for (const aggregation of [mean(), fedNova(), afaCd()]) {
    expect(weightingOf({ pacing: fedAsync(), aggregation })).toBe("uniform");
    expect(weightingOf({ pacing: fedBuff(), aggregation })).toBe("by-examples");
  }
  expect(weightingOf({ pacing: fedAsync(), aggregation: sum({ divideBy: "examples" }) })).toBe("by-examples");
  expect(weightingOf({ pacing: rounds({ cohort: 1 }) })).toBe("uniform");
  expect(weightingOf({ pacing: rounds({ cohort: 2 }) })).toBe("by-examples");
  expect(weightingOf({ pacing: fedFix({ intervalSeconds: 1, concurrency: 1 }) })).toBe("uniform");
  expect(weightingOf({ pacing: fedFix({ intervalSeconds: 1, concurrency: 2 }) })).toBe("by-examples");
});

test("selections have a choice where so many clients work at once", () => {
  const chosen = { selection: byExamples(), weighting: uniform() };
  const [concurrency, intervalSeconds] = [5, 1];
  for (const pacing of [
    fedAsync({ concurrency }),
    fedBuff({ concurrency }),
    fedFix({ concurrency, intervalSeconds }),
  ]) {
    expect(faultOf({ ...base, ...chosen, pacing })).toBeNull();
  }
});

test("and none where no more clients are there than may work at once: refused as soon as their number is known", () => {
  const pacing = fedBuff({ concurrency: 5 });
  const chosen = federated({ ...base, pacing, selection: byExamples(), weighting: uniform() });
  expect(chosen.contradiction(6)).toBeNull();
  for (const clients of [1, 5]) {
    expect(chosen.contradiction(clients)).toMatch(
      /^pacing "fed-buff" gives work to every client that is free, so that selection "by-examples" would have nothing to choose: 5 may/u,
    );
  }
  expect(federated({ ...base, pacing }).contradiction(5)).toBeNull();
});

test("examples count once where it is made up for how often each client is heard", () => {
  const drawn = { pacing: rounds({ cohort: 2 }), selection: byExamples(), aggregation: sum({ divideBy: "examples" }) };
  for (const participation of [inverse(), fedAu(), fedAu({ cutOff: 2 })]) {
    expect(faultOf({ ...base, ...drawn, participation })).toBeNull();
  }
});

test("a cap on examples goes with whatever divides by the weights that are there", () => {
  const [pacing, weighting] = [rounds({ cohort: 2 }), byExamplesWeighting({ examplesCap: 9 })];
  for (const aggregation of [mean(), fedNova(), afaCd(), afaCs()]) {
    expect(faultOf({ ...base, pacing, weighting, aggregation })).toBeNull();
  }
});

test.each(sentences)("%s: refused, with the reason and what to do instead", (_, changes, message, remedy) => {
  const fault = faultOf({ ...base, ...changes });
  expect(fault?.code).toBe("plan-contradiction");
  expect(fault?.message).toMatch(message);
  expect(fault?.remedy).toMatch(remedy);
});
