/**
 * Scenarios from outside: JSON files, and whatever a module exports. In JSON a part is
 * `{ "name": …, option: value, … }`; the catalogue knows the names and the options.
 *
 * @module
 */
import { coded, Fault, federated, makePart, type PlanField, type Shelf } from "@potluck/core";
import { contradictionIn } from "../contradiction.ts";
import type { Scenario } from "../scenario.ts";
import { catalogue } from "../catalogue.ts";
import type { Path, SceneField } from "./fields.ts";
import { faultAt, scenarioFault } from "./problems.ts";
import type { PartEntry } from "./part-schema.ts";
import { type CodedPlanFile, type FederatedPlanFile, isCoded, type PlanFile } from "./plan-schema.ts";
import {
  isPlanFile,
  isScenarioFile,
  problemsOfExport,
  problemsOfFile,
  problemsOfPlan,
  type ScenarioFile,
} from "./scenario-schema.ts";

/**
 * The scenario that `value` describes; `where` names it in messages. Throws Fault "scenario-invalid", "option-invalid",
 * "part-unknown" or "plan-contradiction" with the path to what is wrong.
 */
export function parseScenario(value: unknown, where: string): Scenario {
  assertScenarioFile(value, where);
  const { $schema: _, model, loss, data, partition, fleet, plan, ...settings } = value;
  const made = <Made>(field: SceneField, shelf: Shelf<Made>, entry: PartEntry): Made =>
    at([field], where, () => partOf(field, shelf, entry));
  const scenario = {
    ...settings,
    model: made("model", catalogue.model, model),
    ...(loss && { loss: made("loss", catalogue.loss, loss) }),
    data: made("data", catalogue.data, data),
    partition: made("partition", catalogue.partition, partition),
    fleet: made("fleet", catalogue.fleet, fleet),
    plan: planOf(plan, where),
  };
  checkContradictions(scenario, where);
  return scenario;
}

/** Throws Fault "plan-contradiction" with the path where parts do not go together. */
function checkContradictions(scenario: Scenario, where: string): void {
  const contradiction = contradictionIn(scenario);
  if (contradiction === null) return;
  const { field, message, remedy } = contradiction;
  throw faultAt([field], new Fault("plan-contradiction", message, remedy), where);
}

/** The plan that `value` describes, as it stands under "plan" in a scenario file. Throws what {@link parseScenario} does. */
export function parsePlan(value: unknown, where: string): Scenario["plan"] {
  if (isPlanFile(value)) return planOf(value, where);
  throw scenarioFault(problemsOfPlan(value), { plan: value }, where);
}

/** Checks a scenario file without making its parts. Throws the faults of {@link parseScenario}. */
export function assertScenarioFile(value: unknown, where: string): asserts value is ScenarioFile {
  if (!isScenarioFile(value)) throw scenarioFault(problemsOfFile(value), value, where);
}

/**
 * Checks what a module exported, as far as can be seen without running it. Throws Fault "scenario-invalid", and
 * "plan-contradiction" with the path.
 */
export function assertScenario(value: unknown, where: string): asserts value is Scenario {
  if (!isExportedScenario(value)) throw scenarioFault(problemsOfExport(value), value, where);
  checkContradictions(value, where);
}

/** Whether a module exported a scenario. */
function isExportedScenario(value: unknown): value is Scenario {
  return problemsOfExport(value).length === 0;
}

function planOf(plan: PlanFile, where: string): Scenario["plan"] {
  return isCoded(plan) ? codedOf(plan, where) : federatedOf(plan, where);
}

function codedOf({ coding, models, ...settings }: CodedPlanFile, where: string): Scenario["plan"] {
  const parts = {
    coding: at(["plan", "coding"], where, () => partOf("coding", catalogue.coding, coding)),
    models: models.map((model, place) =>
      at(["plan", "models", place], where, () => partOf("server optimizer", catalogue["server-optimizer"], model)),
    ),
  };
  return at(["plan"], where, () => coded({ ...parts, ...settings }));
}

function federatedOf(plan: FederatedPlanFile, where: string): Scenario["plan"] {
  const { selection, conversion, weighting, staleness, participation, aggregation, serverOptimizer } = plan;
  const { download, upload, feedback } = plan;
  const made = <Made>(field: PlanField, shelf: Shelf<Made>, entry: PartEntry): Made =>
    at(["plan", field], where, () => partOf(field, shelf, entry));
  const parts = {
    pacing: made("pacing", catalogue.pacing, plan.pacing),
    ...(selection && { selection: made("selection", catalogue.selection, selection) }),
    ...(conversion && { conversion: made("conversion", catalogue.conversion, conversion) }),
    ...(weighting && { weighting: made("weighting", catalogue.weighting, weighting) }),
    ...(staleness && { staleness: made("staleness", catalogue.staleness, staleness) }),
    ...(participation && { participation: made("participation", catalogue.participation, participation) }),
    ...(aggregation && { aggregation: made("aggregation", catalogue.aggregation, aggregation) }),
    ...(serverOptimizer && {
      serverOptimizer: made("serverOptimizer", catalogue["server-optimizer"], serverOptimizer),
    }),
    solver: made("solver", catalogue.solver, plan.solver),
    ...(download && { download: made("download", catalogue.download, download) }),
    ...(feedback && { feedback: made("feedback", catalogue.feedback, feedback) }),
    ...(upload && { upload: made("upload", catalogue.codec, upload) }),
  };
  return at(["plan"], where, () =>
    federated({ ...parts, work: plan.work, limits: plan.limits ?? {}, versions: plan.versions }),
  );
}

function partOf<Made>(field: string, shelf: Shelf<Made>, { name, ...options }: PartEntry): Made {
  return makePart(field, shelf, { name, options });
}

/** Does something for what stands at `path`, which its faults then name. */
function at<Made>(path: Path, where: string, make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (error instanceof Fault) throw faultAt(path, error, where);
    throw error;
  }
}
