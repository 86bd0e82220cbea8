import { expect, test } from "vitest";
import { type RunRecord, withKin } from "./run-record.ts";

const record: RunRecord = {
  id: "plan-1",
  folder: "plan-1",
  scenario: "plan",
  title: null,
  seed: 1,
  file: null,
  inputs: {},
  plan: { parts: ["mine"] },
  command: "",
  experiment: null,
  arm: null,
  versions: {},
  environment: {},
  startedAt: "",
  status: "finished",
  ended: "",
  endedAt: "",
  wallSeconds: 1,
  virtualSeconds: 1,
  rounds: 1,
  testAccuracy: 0.5,
  testLoss: 0.5,
  bytesUp: 1,
  bytesDown: 1,
  modelHash: "",
};

test("runs are of the same scenario by what the store has kept of it, whatever their ids and seeds", () => {
  const kept = { ...record, file: { name: "plan" } };
  expect(withKin({ ...kept, id: "plan-2", seed: 2 }).kin).toBe(withKin(kept).kin);
  expect(withKin({ ...kept, file: { name: "plan", objective: "per-client" } }).kin).not.toBe(withKin(kept).kin);
});

test("scenarios that the store could not keep are told apart by their names and plans", () => {
  expect(withKin({ ...record, id: "plan-2" }).kin).toBe(withKin(record).kin);
  expect(withKin({ ...record, plan: {} }).kin).not.toBe(withKin(record).kin);
});
