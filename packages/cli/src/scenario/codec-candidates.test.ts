import { parseScenario, scenarioToJson } from "@potluck/scenario";
import { expect, test } from "vitest";
import { tiny } from "@potluck/testkit";

import { candidatesOf } from "./codec-candidates.ts";

const fileOf = (plan: object) => scenarioToJson(parseScenario({ ...tiny, plan: { ...tiny.plan, ...plan } }, "tiny"));

test("every way takes the place of what the plan has, and nothing else is changed", () => {
  const file = fileOf({ upload: { name: "top-k", ratio: 0.5 }, feedback: { name: "ef21" } });
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
    expect(parts.some(({ name }) => name === "ef21")).toBe(false);
  }
});

/** The feedback of each way by name. */
function feedbacks(plan: object): Readonly<Record<string, string | undefined>> {
  const { baseline, others } = candidatesOf(fileOf(plan), "tiny");
  const named = [baseline, ...others].flatMap((one) =>
    "scenario" in one
      ? [[one.name, one.scenario.plan.parts.find(({ room }) => room === "feedback")?.name] as const]
      : [],
  );
  return Object.fromEntries(named);
}

const controls = { weighting: { name: "uniform" } } as const;

test("control variates of the plan stay, by what goes with the codec of each way", () => {
  expect(feedbacks({ ...controls, feedback: { name: "scaffold" } })).toEqual({
    "as it is": "scaffold",
    "float16, scafcom": "scafcom",
    "float16, both ways, scafcom": "scafcom",
    "8 bits, scallion": "scallion",
    "4 bits, scallion": "scallion",
    "signs, scafcom": "scafcom",
    "a tenth, scafcom": "scafcom",
    "a tenth in 16 values, scafcom": "scafcom",
    "a tenth in 16 values, scafcom, float16 down": "scafcom",
    "a tenth in 16 values, scafcom, both ways": "scafcom",
    "a hundredth, scafcom": "scafcom",
  });
});

test("with options of their own, where they go with the codec themselves", () => {
  const plan = { ...controls, upload: { name: "sign" }, feedback: { name: "scafcom", momentum: 0.5 } };
  const { baseline, others } = candidatesOf(fileOf(plan), "tiny");
  expect(baseline.name).toBe("whole, scafcom");
  const signs = others.find(({ name }) => name === "signs, scafcom");
  const parts = signs !== undefined && "scenario" in signs ? signs.scenario.plan.parts : [];
  expect(parts.find(({ name }) => name === "scafcom")?.options["momentum"]).toBe(0.5);
});

test("momentum that clients keep stays with each way that goes with it, and with whole numbers, and others are not tried", () => {
  const plan = { upload: { name: "top-k", ratio: 0.5 }, feedback: { name: "dgc", momentum: 0.7 } };
  const { baseline, others } = candidatesOf(fileOf(plan), "tiny");
  expect(baseline.name).toBe("whole, dgc");
  for (const one of [baseline, ...others]) {
    const parts = "scenario" in one ? one.scenario.plan.parts : [];
    const momenta = parts.filter(({ room }) => room === "feedback").map(({ options }) => options["momentum"]);
    expect([one.name, ...momenta]).toEqual("scenario" in one ? [one.name, 0.7] : [one.name]);
  }
  expect(others.flatMap((one) => ("why" in one ? [one.name] : []))).toEqual(["8 bits, dgc", "4 bits, dgc"]);
  expect(others.map(({ name }) => name)).toContain("signs, dgc");
});

test("a rate that feedback estimates is estimated with each way that goes with it", () => {
  const plan = {
    ...controls,
    upload: { name: "top-k", ratio: 0.5 },
    feedback: { name: "ef21-w", rate: "estimated" },
  };
  const { "as it is": _own, ...ways } = feedbacks(plan);
  expect(new Set(Object.values(ways))).toEqual(new Set(["ef21-w"]));
  expect(Object.keys(ways)).toContain("a tenth, ef21-w");
});

test("feedback that keeps what a codec loses goes with the codec", () => {
  expect(new Set(Object.values(feedbacks({ upload: { name: "sign" }, feedback: { name: "error-feedback" } })))).toEqual(
    new Set(["none", "error-feedback"]),
  );
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
