import { expect, test } from "vitest";
import { parseScenario } from "./document/parse.ts";
import { partWords, planWords } from "./words.ts";

const federated = {
  name: "told",
  model: { name: "mlp", hidden: [8] },
  data: { name: "gaussians", classes: 3, features: 5, examplesPerClass: 60 },
  partition: { name: "iid", clients: 6 },
  fleet: { name: "tiers", slowdowns: [1, 3, 10] },
  plan: {
    pacing: { name: "fed-fix", intervalSeconds: 2 },
    solver: { name: "sgd", learningRate: 0.1 },
    work: { epochs: 1, batchSize: 8 },
    versions: 3,
  },
};

test("a plan is told by what it decides otherwise than plainly, with what has to be given", () => {
  const { plan, fleet } = parseScenario(federated, "told");
  expect(planWords(plan.parts)).toMatch(/^fed-fix 2 s, (sum|mean), sgd 0\.1/);
  expect(planWords(plan.parts)).not.toContain("uniform");
  expect(partWords(fleet.part)).toBe("tiers 1/3/10");
});

test("plans that differ in one option alone are told apart", () => {
  const wordsWith = (options: object): string => {
    const pacing = { name: "rounds", cohort: 6, ...options };
    return planWords(parseScenario({ ...federated, plan: { ...federated.plan, pacing } }, "told").plan.parts);
  };
  expect(wordsWith({})).toMatch(/^rounds 6, /);
  expect(wordsWith({ overSelection: 1.3 })).toMatch(/^rounds 6 \(over-selection 1.3\), /);
  expect(wordsWith({ quorum: 0.5, deadlineSeconds: 10 })).toMatch(/^rounds 6 \(quorum 0.5, deadline 10 s\), /);
});

test("a part that is not in the catalogue is told by its name, and long texts are left out", () => {
  expect(partWords({ room: "fleet", name: "mine", options: { speed: 3 } })).toBe("mine");
  const path = "data/somewhere/far/away/devices.csv";
  expect(partWords({ room: "fleet", name: "trace", options: { file: path } })).toBe("trace");
});
