import { fates, fullRounds, quadraticClients, rehearse, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mean } from "../aggregation/mean.ts";
import { Fault } from "../base/fault.ts";
import { rootKey } from "../base/key.ts";
import { identity } from "../codec/identity.ts";
import { rounds } from "../pacing/rounds.ts";
import { byExamples as selectionByExamples } from "../selection/by-examples.ts";
import { adam } from "../server-optimizer/adam.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform as uniformWeighting } from "../weighting/uniform.ts";
import { federated } from "./federated.ts";
import type { FederatedOptions } from "./federated-parts.ts";

strategyConformance({
  name: "federated averaging in full rounds",
  plan: (versions) => federated({ ...fullRounds, versions }),
  tolerance: 1e-3,
});

strategyConformance({
  name: "federated averaging of all that is in at the deadline",
  plan: (versions) =>
    federated({
      ...fullRounds,
      pacing: rounds({ cohort: 12, overSelection: 1.5, quorum: 0.3, deadlineSeconds: 20 }),
      aggregation: mean(),
      upload: identity(),
      versions,
    }),
  tolerance: 1e-3,
});

const options: FederatedOptions = { ...fullRounds, versions: 3 };

/** The fault of building a plan. */
function faultOf(changes: object): Fault {
  try {
    federated({ ...options, ...changes });
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("the plan was built");
}

describe("a plan", () => {
  test("is federated averaging where nothing else is said", () => {
    expect(federated(options).parts.map(({ room, name }) => `${room} ${name}`)).toEqual([
      "pacing rounds",
      "selection uniform",
      "download whole",
      "solver sgd",
      "codec identity",
      "feedback none",
      "conversion none",
      "weighting by-examples",
      "staleness constant",
      "participation uncorrected",
      "aggregation mean",
      "server-optimizer sgd",
    ]);
    expect(federated(options).settings).toEqual({ steps: 5, batchSize: 1, versions: 3 });
  });

  test("is made of the parts that are given, and says so", () => {
    const given = { serverOptimizer: adam({ learningRate: 0.1 }), work: { epochs: 2, batchSize: 8 } };
    const plan = federated({ ...options, ...given });
    expect(plan.parts).toContainEqual(given.serverOptimizer.part);
    expect(plan.settings).toEqual({ epochs: 2, batchSize: 8, versions: 3 });
  });

  test("passes on which fleets its pacing can never run", () => {
    const plan = federated({ ...options, pacing: rounds({ cohort: 10 }) });
    expect(plan.contradiction(10)).toBeNull();
    expect(plan.contradiction(9)).toBe("rounds need at least 10 updates each, but the fleet has 9 clients");
  });

  test("that counts examples twice is refused in a sentence", () => {
    const fault = faultOf({ selection: selectionByExamples() });
    expect(fault.code).toBe("plan-contradiction");
    expect(fault.message).toContain("count every example twice");
    expect(
      federated({ ...options, selection: selectionByExamples(), weighting: uniformWeighting() }).parts.length,
    ).toBe(12);
  });
});

describe("a setting out of range is a fault that names it:", () => {
  test.each<[object, string]>([
    [{ versions: 0 }, "federated: versions must be a whole number ≥ 1, got 0"],
    [{ versions: 1.5 }, "federated: versions must be a whole number ≥ 1, got 1.5"],
    [{ versions: Number.NaN }, "federated: versions must be a whole number ≥ 1, got NaN"],
    [{ versions: Infinity }, "federated: versions must be a whole number ≥ 1, got Infinity"],
    [{ versions: "10" }, 'federated: versions must be a whole number ≥ 1, got "10"'],
    [{ work: { steps: 0, batchSize: 1 } }, "work: steps must be a whole number ≥ 1, got 0"],
    [{ work: { epochs: -1, batchSize: 1 } }, "work: epochs must be a whole number ≥ 1, got -1"],
    [{ work: { epochs: 0.5, batchSize: 1 } }, "work: epochs must be a whole number ≥ 1, got 0.5"],
    [{ work: { epochs: 1, batchSize: 0 } }, "work: batchSize must be a whole number ≥ 1, got 0"],
    [{ work: { epochs: 1 } }, 'work needs the option "batchSize"'],
    [{ work: { epochs: 1, batchSize: 1, steps: undefined } }, 'work has no option "steps"'],
    [{ work: { epochs: 1, batchSize: 1, rounds: 1 } }, 'work has no option "rounds"'],
  ])("%j", (changes, message) => {
    expect(faultOf(changes)).toMatchObject({ code: "option-invalid", message });
  });
});

describe("work that is not one amount and a batch size is refused in one sentence, whatever it is:", () => {
  test.each([{ steps: 1, epochs: 1, batchSize: 1 }, { batchSize: 1 }, {}, [1, 2], 5, "1 epoch", null, undefined])(
    "%j",
    (work) => {
      const fault = faultOf({ work });
      expect(fault).toMatchObject({
        code: "option-invalid",
        message: "work needs epochs or steps, not both, and batchSize",
      });
      expect(fault.remedy).toContain("work: { epochs: 1, batchSize: 32 }");
    },
  );
});

describe("whatever becomes of the tasks", () => {
  const anyRounds = fc.record({
    cohort: fc.integer({ min: 1, max: 6 }),
    overSelection: fc.constantFrom(1, 1.5, 2),
    quorum: fc.constantFrom(0.3, 0.5, 1),
    deadlineSeconds: fc.constantFrom(null, 1, 2.5, 7),
  });
  const script = fc.record({
    pacing: anyRounds,
    fates: fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 12 }),
    seed: fc.nat({ max: 100 }),
  });
  const clients = quadraticClients(rootKey(3), 7, 2);

  test("versions are numbered without gaps, each answer counts once, and shares sum to 1", () => {
    fc.assert(
      fc.property(script, (given) => {
        const plan = federated({ ...options, pacing: rounds(given.pacing), versions: 6 });
        const fate = ({ id }: { readonly id: number }) => given.fates[id % given.fates.length] ?? "answer";
        const { commands, finished } = rehearse({ plan, clients, params: new Float32Array(2), fate, seed: given.seed });
        const published = commands.filter((command) => command.kind === "publish");
        expect(published.map(({ version }) => version)).toEqual(published.map((_, i) => i + 1));
        expect(published.every(({ params }) => params.every((x) => Number.isFinite(x)))).toBe(true);
        const used = published.flatMap(({ contributions }) => contributions.map(({ task }) => task));
        expect(new Set(used).size).toBe(used.length);
        for (const { contributions, scale } of published) {
          expect(contributions.length).toBeGreaterThan(0);
          expect(contributions.every(({ factor, staleness }) => factor > 0 && staleness === 0)).toBe(true);
          expect(contributions.reduce((sum, { factor }) => sum + scale * factor, 0)).toBeCloseTo(1, 12);
        }
        expect(commands.filter(({ kind }) => kind === "finish").length).toBe(Number(finished !== null));
        if (finished !== null) expect(commands.findIndex(({ kind }) => kind === "finish")).toBe(commands.length - 1);
      }),
      { numRuns: 80 },
    );
  });

  test("a task is given to a client that has none, and called back only while it is out", () => {
    fc.assert(
      fc.property(script, (given) => {
        const plan = federated({ ...options, pacing: rounds(given.pacing), versions: 6 });
        const fate = ({ id }: { readonly id: number }) => given.fates[id % given.fates.length] ?? "answer";
        const { commands } = rehearse({ plan, clients, params: new Float32Array(2), fate, seed: given.seed });
        const assigned = commands.flatMap((command) => (command.kind === "assign" ? [command.task] : []));
        expect(assigned.map(({ id }) => Number(id))).toEqual(assigned.map((_, i) => i));
        const recalled = commands.flatMap((command) => (command.kind === "recall" ? [command.task] : []));
        expect(new Set(recalled).size).toBe(recalled.length);
        const published = commands.flatMap((command) => (command.kind === "publish" ? command.contributions : []));
        expect(published.filter(({ task }) => recalled.includes(task))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

test("unknown, missing and misplaced parts are refused where no compiler did it", () => {
  const sound = {
    pacing: rounds({ cohort: 2 }),
    solver: sgd({ learningRate: 0.1 }),
    work: { steps: 1, batchSize: 1 },
    versions: 1,
  };
  const loose: (given: object) => unknown = (given) => Reflect.apply(federated, undefined, [given]);
  expect(() => loose({ ...sound, slection: selectionByExamples() })).toThrow('no option "slection"');
  expect(() => loose({ ...sound, selection: uniformWeighting() })).toThrow(
    'selection must be a part of the room "selection"',
  );
  expect(() => loose({ ...sound, solver: undefined })).toThrow('solver must be a part of the room "solver"');
});
