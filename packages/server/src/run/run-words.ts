/**
 * What the scenario of a hosted run says of it, for lists of runs.
 *
 * @module
 */
import { parseScenario, partWords, planWords } from "@potluck/scenario";
import { createHash } from "node:crypto";
import type { RunOverview } from "../http/runs-view.ts";
import type { RunRecord } from "../store/registry.ts";

/** What is said of a run however far it has come. */
export type RunWords = Pick<RunOverview, "scenario" | "plan" | "fleet" | "clock" | "experiments" | "isHosted">;

/** Says it of each run, having read its scenario once. */
export function runWords(): (record: RunRecord) => RunWords {
  const known = new Map<string, RunWords>();
  return (record) => {
    const words = known.get(record.id) ?? wordsOf(record);
    known.set(record.id, words);
    return words;
  };
}

function wordsOf({ document, name, rehearsal }: RunRecord): RunWords {
  const { plan, fleet } = parseScenario(JSON.parse(document), name);
  return {
    scenario: scenarioDigest(document),
    plan: planWords(plan.parts),
    // Who joins is not who the scenario pretends.
    fleet: rehearsal ? partWords(fleet.part) : "whoever joins",
    clock: "wall",
    experiments: [],
    isHosted: true,
  };
}

/** A digest of a scenario as it is kept: 64 hexadecimal digits. */
export function scenarioDigest(document: string): string {
  return createHash("sha256").update(document).digest("hex");
}
