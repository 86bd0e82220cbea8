/**
 * Ways to send less, as they are tried on a scenario.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import {
  type FederatedPlanFile,
  isCoded,
  parseScenario,
  type PartEntry,
  type Scenario,
  type ScenarioFile,
} from "@potluck/scenario";

/** How models and updates travel. */
export interface Way {
  readonly name: string;
  readonly upload?: PartEntry;
  readonly feedback?: PartEntry;
  readonly download?: PartEntry;
}

/** A scenario whose models and updates travel in some way, or why they cannot. */
export type Candidate =
  { readonly name: string; readonly scenario: Scenario } | { readonly name: string; readonly why: string };

const kept: PartEntry = { name: "error-feedback" };
const float16: PartEntry = { name: "float16" };
const tenth: PartEntry = { name: "top-k", ratio: 0.1 };
const tenthInValues: PartEntry = { name: "fed-zip", ratio: 0.1, bits: 4 };
const changes = (codec: PartEntry): PartEntry => ({ name: "changes", codec: { ...codec } });

/** From what loses little to what loses much. */
const WAYS: readonly Way[] = [
  { name: "float16", upload: float16 },
  { name: "float16, both ways", upload: float16, download: changes(float16) },
  { name: "8 bits", upload: { name: "qsgd", bits: 8 } },
  { name: "4 bits", upload: { name: "qsgd", bits: 4 } },
  { name: "signs, kept", upload: { name: "sign" }, feedback: kept },
  { name: "a tenth, kept", upload: tenth, feedback: kept },
  { name: "a tenth in 16 values, kept", upload: tenthInValues, feedback: kept },
  {
    name: "a tenth in 16 values, kept, float16 down",
    upload: tenthInValues,
    feedback: kept,
    download: changes(float16),
  },
  {
    name: "a tenth in 16 values, kept, both ways",
    upload: tenthInValues,
    feedback: kept,
    download: changes(tenthInValues),
  },
  { name: "a hundredth, kept", upload: { name: "top-k", ratio: 0.01 }, feedback: kept },
];

/** What is tried on a scenario. */
export interface Candidates {
  /** What the others are measured against: whole float32 both ways. */
  readonly baseline: Tried;
  /** In the order in which they are shown. */
  readonly others: readonly Candidate[];
}

/** A scenario that can be run. */
export type Tried = Extract<Candidate, { readonly scenario: Scenario }>;

/** The scenario as its file has it. */
export const AS_IT_IS = "as it is";
/** All numbers of models and updates as float32. */
const WHOLE: Way = { name: "whole", upload: { name: "identity" }, download: { name: "whole" } };

/**
 * The scenario of a file as it is, whole, and with each way to send less in place of its own, or why it cannot have it. A
 * target ends none of them: what is compared has been trained to the end. Throws Fault "plan-contradiction" for a coded plan.
 */
export function candidatesOf(given: ScenarioFile, path: string): Candidates {
  const { plan } = given;
  if (isCoded(plan)) {
    const message = `the plan has a coding, "${plan.coding.name}": coded gradients are put together exactly, and go up as they are`;
    throw new Fault(
      "plan-contradiction",
      message,
      "Tune a plan with a pacing, or the code itself: `potluck code tune`.",
    );
  }
  const file = { ...given, plan, stopAtTarget: false };
  const asItIs: Tried = { name: AS_IT_IS, scenario: parseScenario(file, path) };
  const ways = WAYS.map((way) => candidateOf(file, way, path));
  if (sendsWhole(plan)) return { baseline: asItIs, others: ways };
  const whole = candidateOf(file, WHOLE, path);
  return "scenario" in whole
    ? { baseline: whole, others: [asItIs, ...ways] }
    : { baseline: asItIs, others: [whole, ...ways] };
}

function candidateOf(
  file: ScenarioFile & { readonly plan: FederatedPlanFile },
  { name, ...way }: Way,
  path: string,
): Candidate {
  const { feedback: _own, ...plan } = { feedback: undefined, ...file.plan };
  try {
    return { name, scenario: parseScenario({ ...file, plan: { ...plan, ...way } }, path) };
  } catch (error) {
    if (error instanceof Fault) return { name, why: error.message };
    throw error;
  }
}

/** Whether a plan sends all numbers as they are, both ways, and clients remember nothing of it. */
function sendsWhole({ upload, feedback, download }: FederatedPlanFile): boolean {
  return (
    (upload?.name ?? "identity") === "identity" &&
    (feedback?.name ?? "none") === "none" &&
    (download?.name ?? "whole") === "whole"
  );
}
