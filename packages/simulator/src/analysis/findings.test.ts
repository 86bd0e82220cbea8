/** What is found wrong with plans, and that the remedies which are named keep what they promise. */
import {
  aggregation,
  pacing,
  participation,
  selection,
  staleness,
  weighting,
  type FederatedOptions,
} from "@potluck/core";
import { data, partition } from "@potluck/data";
import { describe, expect, test } from "vitest";
import type { Scenario } from "@potluck/scenario";
import { analyse } from "../index.ts";
import { CLIENTS, planned, uniformly } from "./nine-clients.ts";

async function problemsOf(
  plan: Partial<FederatedOptions>,
  changes: Partial<Scenario> = {},
): Promise<readonly string[]> {
  const { findings } = await analyse({ scenario: planned({ versions: 400, ...plan }, changes), seed: 1 });
  return findings.map(({ problem, remedy }) => `${problem}. ${remedy}`);
}

describe("it finds, and the remedy that it names mends:", () => {
  const asynchronous = { ...uniformly, pacing: pacing.fedBuff({ updates: 3 }), aggregation: aggregation.sum() };
  const perClient = { objective: "per-client" } as const;

  /** What a remedy is said to lower a bias to, in per cent. */
  const promised = (found: string | undefined): number => Number(/ to (\d+\.\d)%/u.exec(found ?? "")?.[1]);
  const biasOf = async (plan: Partial<FederatedOptions>, changes: Partial<Scenario>): Promise<number> => {
    const { effectiveObjective } = await analyse({ scenario: planned({ versions: 400, ...plan }, changes), seed: 1 });
    return 100 * (effectiveObjective.bias ?? Number.NaN);
  };
  const corrected = { participation: participation.inverse(), aggregation: aggregation.sum({ divideBy: "clients" }) };

  test("clients that are heard by their speed", async () => {
    const [found] = await problemsOf(asynchronous, perClient);
    expect(found).toMatch(
      /^some clients are heard more often than others: \d+\.\d% of the pull goes to the wrong clients; tier "10x" has/u,
    );
    expect(found).toContain('Use participation "inverse" and aggregation "sum" divided by "clients": that lowers it');
    expect(await biasOf({ ...asynchronous, ...corrected }, perClient)).toBeCloseTo(promised(found), 1);
    for (const mended of [corrected, { aggregation: aggregation.afaCs() }]) {
      expect((await problemsOf({ ...asynchronous, ...mended }, perClient)).join()).not.toContain("pull");
    }
  });

  test("clients that are heard by their speed, where a correction is cut off at once", async () => {
    const nothing = { ...corrected, participation: participation.fedAu({ cutOff: 1 }) };
    const [found] = await problemsOf({ ...asynchronous, ...nothing }, perClient);
    expect(found).toMatch(/^some clients are heard more often than others: /u);
  });

  test("a discount that takes from the slow what the correction gives them", async () => {
    const discounted = { ...asynchronous, ...corrected, staleness: staleness.polynomial({ exponent: 1 }) };
    const [found] = await problemsOf(discounted, perClient);
    expect(found).toContain('the discount "polynomial" takes from those that are late');
    expect(found).toContain('Use staleness "constant": that lowers it to');
  });

  const lasting = { ...uniformly, pacing: pacing.anarchic(), aggregation: aggregation.afaCs() };

  test("a discount, and not how often clients are heard, where the latest update of each counts on", async () => {
    const [found] = await problemsOf({ ...lasting, staleness: staleness.polynomial({ exponent: 1 }) }, perClient);
    expect(found).toMatch(/^the discount "polynomial" takes from those that are late: \d/u);
    expect(found).toContain('Use staleness "constant": that lowers it to');
  });

  test.each([10, 40, 160, 400])("no bias of latest updates that chance explains, in %d versions", async (versions) => {
    const scene = planned({ ...lasting, versions }, perClient);
    for (const seed of [1, 2, 3, 4]) {
      const { findings, effectiveObjective, biasOfChance } = await analyse({ scenario: scene, seed });
      expect(effectiveObjective.bias).toBeLessThan(2 * biasOfChance);
      expect(findings.map(({ problem }) => problem).join()).not.toContain("of the pull");
    }
  });

  test("unequal steps in the one aggregation that goes with a correction, which it keeps", async () => {
    const [byExamples, epochs] = [aggregation.sum({ divideBy: "examples" }), { epochs: 1, batchSize: 5 }];
    const uneven = { partition: partition.dirichlet({ clients: CLIENTS, alpha: 5, quantitySkew: 1, testShare: 0 }) };
    const plan = { participation: participation.inverse(), aggregation: byExamples, work: epochs };
    const [found] = await problemsOf(plan, uneven);
    expect(found).toContain('Use aggregation "sum" divided by "examples" per step: that lowers it to');
    const normalised = { ...plan, aggregation: aggregation.sum({ divideBy: "examples", perStep: "on" }) };
    expect(await biasOf(normalised, uneven)).toBeCloseTo(promised(found), 1);
  });

  test("clients that take more steps than others", async () => {
    const epochs = { work: { epochs: 1, batchSize: 5 } };
    const uneven = { partition: partition.dirichlet({ clients: CLIENTS, alpha: 5, quantitySkew: 1, testShare: 0 }) };
    const [found] = await problemsOf(epochs, uneven);
    expect(found).toMatch(/^clients take unequal numbers of steps: .*Use aggregation "fed-nova": that lowers it to/u);
    const normalised = { ...epochs, aggregation: aggregation.fedNova() };
    expect(await biasOf(normalised, uneven)).toBeCloseTo(promised(found), 1);
    expect((await problemsOf(normalised, uneven)).join()).not.toContain("steps");
  });

  test("weights that do not fit the objective", async () => {
    const uneven = { partition: partition.dirichlet({ clients: CLIENTS, alpha: 5, quantitySkew: 1, testShare: 0 }) };
    const [found] = await problemsOf({}, { ...uneven, ...perClient });
    expect(found).toMatch(/^weighting "by-examples" is not that of the objective, which is per-client: /u);
    expect(found).toContain('Use weighting "uniform": that lowers it to 0.0%.');
    expect((await problemsOf(uniformly, { ...uneven, ...perClient })).join()).not.toContain("weight");
  });

  test("a cap on examples that hides how much clients hold", async () => {
    const skewed = { partition: partition.dirichlet({ clients: CLIENTS, alpha: 5, quantitySkew: 1, testShare: 0 }) };
    const capped = { weighting: weighting.byExamples({ examplesCap: 12 }) };
    const [found] = await problemsOf(capped, skewed);
    expect(found).toMatch(
      /^weighting "by-examples" counts no more than 12 examples of a client, which holds up to \d+: /u,
    );
    expect(found).toContain('Use weighting "by-examples" with examplesCap null: that lowers it to 0.0%.');
    expect((await problemsOf({ weighting: weighting.byExamples({ examplesCap: 500 }) }, skewed)).join()).not.toContain(
      "of the pull",
    );
  });

  test("nothing in weights that are the same for clients that hold alike, nor in discounts of what is never old", async () => {
    const alike = { partition: partition.iid({ clients: CLIENTS, testShare: 0 }) };
    const [found] = await problemsOf(asynchronous, alike);
    expect(found).toMatch(/^some clients are heard more often than others: \d/u);
    expect(found).toContain(
      'Use participation "inverse" and aggregation "sum" divided by "clients": that lowers it to',
    );
    const [alone] = await problemsOf({ ...uniformly, pacing: pacing.fedAsync() }, alike);
    expect(alone).toMatch(/^some clients are heard more often than others: \d/u);
    const hasty = { ...uniformly, pacing: pacing.rounds({ cohort: 4, overSelection: 1.8 }), versions: 600 };
    const rounds = await problemsOf({ ...hasty, staleness: staleness.polynomial() }, alike);
    expect(rounds.find((problem) => problem.includes("of the pull"))).toMatch(
      /^some clients are heard more often than others: \d/u,
    );
  });

  test("a selection by examples where clients should count alike, and not where examples should", async () => {
    const skewed = {
      partition: partition.dirichlet({ clients: 60, alpha: 5, quantitySkew: 0.5, testShare: 0 }),
      data: data.gaussians({ classes: 3, features: 4, examplesPerClass: 400 }),
    };
    const drawn = { selection: selection.byExamples(), pacing: pacing.rounds({ cohort: 4 }), versions: 2000 };
    const [alike] = await problemsOf({ ...drawn, ...uniformly }, { ...skewed, ...perClient });
    expect(alike).toMatch(/^selection "by-examples" is not that of the objective, which is per-client: /u);
    const once = await problemsOf({ ...drawn, ...uniformly }, skewed);
    expect(once.join()).not.toContain("of the pull");
  });

  test("latest updates of unequal steps, which an option of theirs mends", async () => {
    const epochsOf = { ...lasting, pacing: pacing.rounds({ cohort: 3 }), work: { epochs: 1, batchSize: 5 } };
    const skewed = { partition: partition.dirichlet({ clients: CLIENTS, alpha: 5, quantitySkew: 1, testShare: 0 }) };
    const memory = { ...epochsOf, aggregation: aggregation.afaCs({ perStep: "off" }) };
    const [found] = await problemsOf(memory, { ...skewed, ...perClient });
    expect(found).toMatch(/^clients take unequal numbers of steps: /u);
    expect(found).toContain('Use aggregation "afa-cs" with perStep "on": that lowers it to');
  });

  test("weights that cancel, since every update makes a version", async () => {
    const uneven = { partition: partition.dirichlet({ clients: CLIENTS, alpha: 5, quantitySkew: 1, testShare: 0 }) };
    const [found] = await problemsOf({ pacing: pacing.fedAsync() }, uneven);
    expect(found).toMatch(
      /pacing "fed-async" publishes every update alone, in which aggregation "mean" cancels its weight: \d+\.\d% /u,
    );
    expect(found).not.toContain("is not that of the objective");
    expect(found).toContain('Use weighting "by-examples", participation "inverse" and aggregation "sum" divided by');
    expect((await problemsOf({ pacing: pacing.fedAsync() }, { ...uneven, ...perClient })).join()).not.toContain(
      "cancels its weight",
    );
  });

  const uneven = { partition: partition.dirichlet({ clients: CLIENTS, alpha: 0.5, quantitySkew: 1, testShare: 0 }) };
  const compass = { pacing: pacing.fedCompass(), work: { minimumSteps: 2, maximumSteps: 20, batchSize: 5 } };
  const epochs = { ...asynchronous, weighting: weighting.byExamples(), work: { epochs: 1, batchSize: 5 } };

  test.each<readonly [string, Partial<FederatedOptions>]>([
    ["FedCompass", compass],
    ["FedCompass with steps normalised", { ...compass, aggregation: aggregation.fedNova() }],
    ["FedCompass with latest updates, weighed alike", { ...compass, ...uniformly, aggregation: aggregation.afaCs() }],
    ["epochs in a buffer", { ...epochs, aggregation: aggregation.mean() }],
    ["epochs in a buffer, normalised", { ...epochs, aggregation: aggregation.fedNova() }],
  ])("one remedy that is allowed, is not in use yet, and keeps what it promises: %s", async (_, plan) => {
    const scene = planned({ versions: 400, ...plan }, uneven);
    const { findings, effectiveObjective } = await analyse({ scenario: scene, seed: 1 });
    const biased = findings.filter(({ problem }) => problem.includes("of the pull"));
    expect(biased).toHaveLength(1);
    const remedy = biased[0]?.remedy ?? "";
    expect(remedy.match(/aggregation "/gu)?.length ?? 0).toBeLessThanOrEqual(1);
    for (const { room, name, options } of scene.plan.parts) {
      if (name !== "sum") expect(remedy).not.toContain(`${room} "${name}"`);
      else expect(remedy).not.toContain(`"sum" divided by ${JSON.stringify(options["divideBy"])}:`);
    }
    expect(promised(remedy)).toBeLessThan(75 * (effectiveObjective.bias ?? 0));
  });

  test("a tier with half its voice, though so few versions say little of a single client", async () => {
    const many = {
      partition: partition.iid({ clients: 60, testShare: 0 }),
      data: data.gaussians({ classes: 3, features: 4, examplesPerClass: 400 }),
    };
    const hasty = { ...uniformly, pacing: pacing.rounds({ cohort: 5, overSelection: 1.4 }), versions: 60 };
    const scene = planned(hasty, { ...many, ...perClient });
    const { findings, effectiveObjective, biasOfChance } = await analyse({ scenario: scene, seed: 1 });
    expect(effectiveObjective.bias).toBeLessThan(2 * biasOfChance);
    expect(findings.map(({ problem }) => problem).join()).toMatch(
      /tier "10x" has \d+\.\d% of it and should have 33\.3%/u,
    );
  });

  test("a deadline that throws most of the work away", async () => {
    const hasty = { pacing: pacing.rounds({ cohort: CLIENTS, quorum: 0.1, deadlineSeconds: 0.4 }), versions: 60 };
    const found = await problemsOf(hasty);
    expect(found.join()).toMatch(/\d\d\.\d% of the work comes to nothing\. Give clients more time or less work/u);
  });

  test("clients that wait for the slowest", async () => {
    expect((await problemsOf({})).join()).toMatch(/^clients are idle \d+\.\d% .*"fed-buff", "fed-fix", "fed-compass"/u);
  });

  test("no client that a short run has left out by chance", async () => {
    // Each of 9 is left out of 6 rounds of 2 with probability (7/9)^6 = 0.22: two are, about.
    const { scorecard, findings } = await analyse({
      scenario: planned({ pacing: pacing.rounds({ cohort: 2 }), versions: 6 }),
      seed: 1,
    });
    expect(scorecard.starvation.clientsNeverUsed).toBeGreaterThan(0);
    expect(findings.map(({ problem }) => problem).join()).not.toContain("never heard");
  });

  test("old updates, and clients that are never heard", async () => {
    const found = await problemsOf({ ...asynchronous, pacing: pacing.fedAsync(), versions: 30 });
    expect(found.join()).toMatch(/\d clients are never heard/u);
    expect((await problemsOf({ ...asynchronous, pacing: pacing.fedAsync() })).join()).toMatch(
      /one update in twenty is \d+ versions old/u,
    );
  });
});
