import { Fault } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { tiny } from "@potluck/testkit";

import { parseScenario } from "./parse.ts";

/** The tiny scenario with changes to its plan. */
const planned = (changes: object): object => ({ ...tiny, plan: { ...tiny.plan, ...changes } });

/** A coded plan with changes. */
const coding = (changes: object): object => ({
  ...tiny,
  plan: {
    coding: { name: "gradient-coding", tolerated: 1 },
    models: [{ name: "sgd" }, { name: "adam", learningRate: 0.1 }],
    jobs: 3,
    ...changes,
  },
});

function faultOf(value: unknown): Fault {
  try {
    parseScenario(value, "my.json");
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

const whole = "a whole number ≥ 1";
const cases: readonly (readonly [problem: string, value: unknown, code: string, sentence: string, remedy: string])[] = [
  [
    "an option out of range",
    planned({ pacing: { name: "rounds", cohort: 0 } }),
    "option-invalid",
    `plan.pacing.cohort must be ${whole}, got 0`,
    "Change cohort. What it does: ",
  ],
  [
    "an option that must be given",
    planned({ pacing: { name: "rounds" } }),
    "option-invalid",
    `plan.pacing.cohort is missing: it must be ${whole}`,
    "Change cohort.",
  ],
  [
    "an option of a part in a part",
    planned({ upload: { name: "entropy", codec: { name: "qsgd", bits: 1 } } }),
    "option-invalid",
    "plan.upload.codec.bits must be a whole number ≥ 2 and ≤ 16, got 1",
    "Change codec. What it does: whose messages are coded",
  ],
  [
    "a part in a part that does not exist",
    planned({ upload: { name: "entropy", codec: { name: "zip" } } }),
    "part-unknown",
    'plan.upload.codec.name: there is no codec called "zip"',
    'Choose one of "bfloat16", "chain", "count-sketch", "float16", "k-means"',
  ],
  [
    "a part in itself",
    planned({ upload: { name: "entropy", codec: { name: "entropy", codec: { name: "qsgd" } } } }),
    "part-unknown",
    'plan.upload.codec.name: no codec called "entropy" can stand here',
    'Choose one of "bfloat16", "chain", "count-sketch", "float16", "k-means"',
  ],
  [
    "a number in a list",
    { ...tiny, fleet: { name: "tiers", slowdowns: [1, 0.5] } },
    "option-invalid",
    "fleet.slowdowns[1] must be a number ≥ 1 and ≤ 1000000, got 0.5",
    "Change slowdowns.",
  ],
  [
    "an option that the part has not",
    planned({ solver: { name: "sgd", learningRate: 0.1, mu: 1 } }),
    "option-invalid",
    'plan.solver has no option "mu"',
    "Its options are learningRate, ",
  ],
  [
    "a part that does not exist",
    planned({ solver: { name: "sdg" } }),
    "part-unknown",
    'plan.solver.name: there is no solver called "sdg"',
    'Choose one of "adam", ',
  ],
  ["a part without a name", planned({ solver: {} }), "part-unknown", "plan.solver.name is missing", "Choose one of"],
  [
    "text for a part",
    planned({ solver: "sgd" }),
    "scenario-invalid",
    'plan.solver must be an object with the name of a solver and its options, got "sgd"',
    "potluck methods",
  ],
  [
    "half an epoch",
    planned({ work: { epochs: 0.5, batchSize: 8 } }),
    "option-invalid",
    `plan.work.epochs must be ${whole}, got 0.5`,
    "Change epochs.",
  ],
  [
    "a field that coded plans have not",
    coding({ pacing: { name: "rounds", cohort: 2 } }),
    "scenario-invalid",
    'plan has no field "pacing"',
    "potluck schema",
  ],
  [
    "an option of a code",
    coding({ coding: { name: "gradient-coding", tolerated: -1 } }),
    "option-invalid",
    "plan.coding.tolerated must be",
    "Change tolerated. What it does: ",
  ],
  [
    "a code that does not exist",
    coding({ coding: { name: "fountain" } }),
    "part-unknown",
    'plan.coding.name: there is no coding called "fountain"',
    'Choose one of "',
  ],
  [
    "an option of one model among several",
    coding({ models: [{ name: "sgd" }, { name: "adam", learningRate: 0 }] }),
    "option-invalid",
    "plan.models[1].learningRate must be a number > 0, got 0",
    "Change learningRate. What it does: ",
  ],
  [
    "no models",
    coding({ models: [] }),
    "scenario-invalid",
    "plan.models must be a list of one server optimizer or more, got",
    "potluck schema",
  ],
  ["no jobs", coding({ jobs: 0 }), "scenario-invalid", `plan.jobs must be ${whole}, got 0`, "potluck schema"],
  [
    "a field that plans have not",
    planned({ rounds: 3 }),
    "scenario-invalid",
    'plan has no field "rounds"',
    "potluck schema",
  ],
  [
    "a setting out of range",
    { ...tiny, targetAccuracy: 97 },
    "scenario-invalid",
    "targetAccuracy must be a number > 0 and ≤ 1, got 97",
    "potluck schema",
  ],
  ["something else altogether", [], "scenario-invalid", "the scenario must be an object, got []", "potluck schema"],
];

describe("a scenario file that is wrong names the file and the path, and says what to do:", () => {
  test.each(cases)("%s", (...[, value, code, sentence, remedy]) => {
    const fault = faultOf(value);
    expect(fault.message).toContain('"my.json" ');
    expect(fault.message).toContain(sentence);
    expect(fault.code).toBe(code);
    expect(fault.remedy).toContain(remedy);
  });

  test("a name may have 100 characters, and no more", () => {
    expect(parseScenario({ ...tiny, name: "a".repeat(100) }, "wide.json").name).toHaveLength(100);
    for (const name of ["a".repeat(101), `${"a".repeat(300)} B`]) {
      expect(() => parseScenario({ ...tiny, name }, "wider.json")).toThrow(
        '"wider.json" does not describe a scenario: name must be at most 100 characters long',
      );
    }
  });

  test("all that is wrong at once", () => {
    const { message } = faultOf({ ...planned({ versions: 0 }), name: "No Name", evaluateEvery: 1.5 });
    expect(message).toBe(
      '"my.json" does not describe a scenario: name must be lower-case letters, digits and dashes, got "No Name"; ' +
        `evaluateEvery must be ${whole}, got 1.5; plan.versions must be ${whole}, got 0`,
    );
  });

  test.each<[string, object, string]>([
    [
      "a loss of numbers on classes",
      { loss: { name: "mean-squared-error" } },
      'loss: loss "mean-squared-error" compares',
    ],
    ["numbers without a loss", { data: { name: "quadratics" } }, 'loss: loss "cross-entropy", the default, compares'],
    [
      "a partition by classes of numbers",
      {
        loss: { name: "huber" },
        data: { name: "csv", file: "t.csv", target: "y", targetAs: "number" },
        partition: { name: "dirichlet", clients: 6, alpha: 1 },
      },
      'partition: partition "dirichlet" deals rows by their classes, and data "csv" comes with numbers',
    ],
    [
      "a target accuracy of numbers",
      { loss: { name: "huber" }, data: { name: "quadratics" }, targetAccuracy: 0.9 },
      'targetAccuracy: targetAccuracy is set, and the loss "huber" has no accuracy',
    ],
    ["a stop at no target", { stopAtTarget: true }, "stopAtTarget: stopAtTarget is set, and there is no target"],
    ["two targets", { targetAccuracy: 0.9, targetLoss: 1 }, "targetLoss: targetAccuracy and targetLoss are both set"],
  ])("parts that contradict each other: %s", (_, changes, message) => {
    const fault = faultOf({ ...tiny, ...changes });
    expect(fault.code).toBe("plan-contradiction");
    expect(fault.message).toContain(`"my.json": ${message}`);
  });

  test("a loss that does not exist, and options that it has not", () => {
    expect(faultOf({ ...tiny, loss: { name: "hinge" } })).toMatchObject({
      code: "part-unknown",
      message: expect.stringContaining('loss.name: there is no loss called "hinge"'),
      remedy: 'Choose one of "binary-cross-entropy", "cross-entropy", "huber", "mean-squared-error".',
    });
    expect(faultOf({ ...tiny, loss: { name: "huber", delta: 0 } }).message).toContain(
      "loss.delta must be a number > 0",
    );
    expect(faultOf({ ...tiny, loss: { name: "cross-entropy", epsilon: 1 } }).message).toContain(
      'loss has no option "epsilon"',
    );
  });

  test("options that are right one by one and wrong together", () => {
    expect(faultOf({ ...tiny, fleet: { name: "tiers", shares: [1] } }).message).toBe(
      '"my.json": fleet: fleet "tiers" has 3 slowdowns and 1 shares',
    );
    const twice = planned({ selection: { name: "by-examples" }, weighting: { name: "by-examples" } });
    expect(faultOf(twice)).toMatchObject({
      code: "plan-contradiction",
      message: expect.stringMatching(/^"my.json": plan: selection "by-examples"/),
    });
  });
});

test("lists a hundred thousand deep are refused like any other value, which is shortened", () => {
  const deep: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  expect(() => parseScenario(deep, "deep.json")).toThrow(
    expect.objectContaining({
      code: "scenario-invalid",
      message: '"deep.json" does not describe a scenario: the scenario must be an object, got [[[[…]]]]',
    }),
  );
  expect(() => parseScenario({ ...tiny, model: { name: "mlp", hidden: deep } }, "deep.json")).toThrow(
    /model\.hidden\[0\] must be a whole number .*, got \[{4}…\]{4}$/,
  );
});

test("a file may name its schema", () => {
  expect(parseScenario({ $schema: "./scenario.schema.json", ...tiny }, "my.json")).not.toHaveProperty("$schema");
});
