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
/** How the name of a way says that. */
const KEPT = "kept";
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
 * The scenario of a file as it is, whole, and with each way to send less in place of its own, or why it cannot have it. Where clients are corrected by control variates, they
 * are with each way; and where feedback has the momentum of a plan, or sets its rate, each way has that feedback. A target ends none of them: what is compared has been trained to the end. Throws Fault "plan-contradiction" for a coded plan.
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
  const candidate = (way: Way): Candidate => firstThatGoes(withTrainingOf(plan.feedback, way), file, path);
  const ways = WAYS.map(candidate);
  if (sendsWhole(plan)) return { baseline: asItIs, others: ways };
  const whole = candidate(WHOLE);
  return "scenario" in whole
    ? { baseline: whole, others: [asItIs, ...ways] }
    : { baseline: asItIs, others: [whole, ...ways] };
}

/** Feedback that corrects what clients do, and is no matter of what travels: the first is a plan's own, of which the others do the same for other codecs. */
const CONTROLS = ["scaffold", "scallion", "scafcom"] as const;

/**
 * A way with what feedback of a plan has to do with training: control variates, by the plan's own feedback or by what does the same for codecs that it does not go with; momentum, which
 * nothing else keeps at clients; and a rate that is estimated.
 */
function withTrainingOf(own: PartEntry | undefined, way: Way): readonly [Way, ...Way[]] {
  if (own === undefined) return [way];
  if (hasControls(own)) {
    const others = CONTROLS.filter((name) => name !== own.name).map((name) => named(way, { name }));
    return [named(way, own), ...others];
  }
  return own.name === "dgc" || setsRate(own) ? [named(way, own)] : [way];
}

function hasControls({ name }: PartEntry): boolean {
  return CONTROLS.some((control) => control === name);
}

function setsRate({ name, rate }: PartEntry): boolean {
  return name === "ef21-w" && rate === "estimated";
}

function named(way: Way, feedback: PartEntry): Way {
  const name = way.feedback === undefined ? `${way.name}, ${feedback.name}` : way.name.replace(KEPT, feedback.name);
  return { ...way, name, feedback };
}

/** The first of some ways that goes with the plan; if none does, why the first does not. */
function firstThatGoes([first, ...others]: readonly [Way, ...Way[]], file: FederatedFile, path: string): Candidate {
  const candidate = candidateOf(file, first, path);
  if ("scenario" in candidate) return candidate;
  return others.map((way) => candidateOf(file, way, path)).find((other) => "scenario" in other) ?? candidate;
}

type FederatedFile = ScenarioFile & { readonly plan: FederatedPlanFile };

function candidateOf(file: FederatedFile, { name, ...way }: Way, path: string): Candidate {
  const { feedback: _own, ...plan } = { feedback: undefined, ...file.plan };
  try {
    return { name, scenario: parseScenario({ ...file, plan: { ...plan, ...way } }, path) };
  } catch (error) {
    if (error instanceof Fault) return { name, why: error.message };
    throw error;
  }
}

/** Whether a plan sends all numbers as they are, both ways, and clients remember nothing of that. */
function sendsWhole({ upload, feedback, download }: FederatedPlanFile): boolean {
  return (
    (upload?.name ?? "identity") === "identity" &&
    (feedback === undefined || feedback.name === "none" || hasControls(feedback)) &&
    (download?.name ?? "whole") === "whole"
  );
}
