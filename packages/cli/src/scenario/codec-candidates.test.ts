import { parseScenario, scenarioToJson } from "@potluck/scenario";
import { expect, test } from "vitest";
import { tiny } from "@potluck/testkit";

import { candidatesOf } from "./codec-candidates.ts";

const fileOf = (plan: object) => scenarioToJson(parseScenario({ ...tiny, plan: { ...tiny.plan, ...plan } }, "tiny"));

test("every way takes the place of what the plan has, and nothing else is changed", () => {
  const file = fileOf({ upload: { name: "top-k", ratio: 0.5 }, feedback: { name: "dgc" } });
  const { baseline, others } = candidatesOf(file, "tiny");
  expect(baseline.name).toBe("whole");
  for (const candidate of [baseline, ...others.filter(({ name }) => name !== "as it is")]) {
    if (!("scenario" in candidate)) throw new Error(candidate.why);
    const { parts } = candidate.scenario.plan;
    const own = parts.filter(({ room }) => !["codec", "feedback", "download"].includes(room));
    const given = parseScenario(file, "tiny").plan.parts.filter(
      ({ room }) => !["codec", "feedback", "download"].includes(room),
    );
    expect(own).toEqual(given);
    expect(parts.some(({ name }) => name === "dgc")).toBe(false);
  }
});

test("a way that does not go with the plan says why", () => {
  const { others } = candidatesOf(fileOf({ conversion: { name: "gradient-inversion" } }), "tiny");
  const why = new Map(others.map((one) => [one.name, "why" in one ? one.why : null]));
  expect(why.get("float16")).toBeNull();
  expect(why.get("a tenth, kept")).toContain('conversion "gradient-inversion"');
});

test("what loses nothing is measured against itself, and nothing is tried whole a second time", () => {
  const { baseline, others } = candidatesOf(fileOf({ upload: { name: "identity" } }), "tiny");
  expect(baseline.name).toBe("as it is");
  expect(others.map(({ name }) => name)).not.toContain("whole");
});

test("a target ends none of the ways", () => {
  const file = scenarioToJson(parseScenario({ ...tiny, targetAccuracy: 0.5, stopAtTarget: true }, "tiny"));
  const { baseline, others } = candidatesOf(file, "tiny");
  const stops = [baseline, ...others].map((one) => "scenario" in one && one.scenario.stopAtTarget);
  expect(new Set(stops)).toEqual(new Set([false]));
});
