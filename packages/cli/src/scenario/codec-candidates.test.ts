import { expect, test } from "vitest";
import { tiny } from "../sample-command.ts";
import { candidatesOf } from "./codec-candidates.ts";
import { parseScenario } from "./parse.ts";
import { scenarioToJson } from "./write.ts";

const fileOf = (plan: object) => scenarioToJson(parseScenario({ ...tiny, plan: { ...tiny.plan, ...plan } }, "tiny"));

test("every way takes the place of what the plan has, and nothing else is changed", () => {
  const file = fileOf({ upload: { name: "top-k", ratio: 0.5 }, feedback: { name: "dgc" } });
  for (const candidate of candidatesOf(file, "tiny")) {
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
  const refused = candidatesOf(fileOf({ conversion: { name: "gradient-inversion" } }), "tiny");
  const why = new Map(refused.map((one) => [one.name, "why" in one ? one.why : null]));
  expect(why.get("float16")).toBeNull();
  expect(why.get("a tenth, kept")).toContain('conversion "gradient-inversion"');
});
