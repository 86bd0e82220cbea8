/**
 * Remedies of a bias: other weights on the same schedule. Each is a whole plan that is allowed, and none is recommended
 * that was not tried: the clock runs once more with it.
 *
 * @module
 */
import {
  assertWork,
  catalogue,
  Fault,
  federated,
  makePart,
  type PartReference,
  type Plan,
  present,
  type Room,
  type Shelf,
} from "@potluck/core";
import { checkFeasible, type Scenario } from "@potluck/scenario";
import { type Bias, isNotable, measureOf, NOTABLE_BIAS, partsIn } from "./bias.ts";

/** A plan with other weights. */
export interface Remedy {
  readonly scenario: Scenario;
  /** What is to be used, in words: `weighting "uniform"`. */
  readonly use: string;
  readonly changesAggregation: boolean;
}

/** What a remedy leaves of a bias. */
export interface TriedRemedy extends Omit<Remedy, "scenario"> {
  /** What is left, a share in [0, 1]. */
  readonly left: number;
  /** Whether nothing is left that is not chance. */
  readonly mends: boolean;
}

/** A remedy that does not mend a bias must at least take this share of it away: so that following advice comes to an end. */
const WORTHWHILE = 0.25;

/**
 * Tries the remedies that `scenario` allows, least change first, until one mends `bias`: that one, else the one that
 * leaves least, or null where none is worthwhile.
 */
export async function remedyOf(
  scenario: Scenario,
  bias: Bias,
  biasWith: (changed: Scenario) => Promise<Bias | null>,
): Promise<TriedRemedy | null> {
  const measure = measureOf(bias);
  let best: TriedRemedy | null = null;
  for (const { scenario: changed, ...remedy } of remediesOf(scenario, bias)) {
    const remaining = await biasWith(changed);
    if (remaining === null) continue;
    const left = measure(remaining);
    const isWorthwhile = left <= (1 - WORTHWHILE) * measure(bias);
    if (!isWorthwhile) continue;
    if (!isNotable(remaining)) return { ...remedy, left, mends: true };
    if (best === null || left < best.left) best = { ...remedy, left, mends: false };
  }
  return best;
}

type Changes = Readonly<Partial<Record<Room, Pick<PartReference, "name" | "options">>>>;

/** The remedies that a scenario allows, least change first; none that changes nothing, and none of plans made by hand. */
function remediesOf(scenario: Scenario, bias: Bias): readonly Remedy[] {
  const known = new Set([JSON.stringify(scenario.plan.parts)]);
  return changesFor(scenario, bias).flatMap((changes) => {
    const plan = changedPlan(scenario, changes);
    const written = JSON.stringify(plan?.parts);
    if (plan === null || known.has(written)) return [];
    known.add(written);
    const changed = plan.parts.filter((own, at) => JSON.stringify(own) !== JSON.stringify(scenario.plan.parts[at]));
    const changesAggregation = changed.some(({ room }) => room === "aggregation");
    return [
      {
        scenario: { ...scenario, plan },
        use: listed(changed.map((own) => wordsOf(own, scenario.plan.parts))),
        changesAggregation,
      },
    ];
  });
}

function part(name: string, options: PartReference["options"] = {}): Pick<PartReference, "name" | "options"> {
  return { name, options };
}

/** Weights and a selection that suit the objective are kept as they are. */
function changesFor({ objective, plan }: Scenario, { weights }: Bias): readonly Changes[] {
  const own = partsIn(plan)["weighting"]?.name;
  const suiting = objective === "per-client" ? "uniform" : "by-examples";
  const isSuited = own !== undefined && weights < NOTABLE_BIAS;
  const divideBy = (isSuited ? own : suiting) === "uniform" ? "clients" : "examples";
  const undiscounted = { staleness: part("constant") };
  const fitting = isSuited ? {} : { weighting: part(suiting), selection: part("uniform") };
  const plain = { ...fitting, ...undiscounted };
  const corrected = { ...plain, participation: part("inverse") };
  const summed = (perStep: "on" | "off"): Changes => ({ aggregation: part("sum", { divideBy, perStep }) });
  return [
    undiscounted,
    fitting,
    plain,
    ...plan.parts.filter(canNormalise).map((summing) => ({ ...plain, aggregation: perStepOf(summing) })),
    { ...plain, participation: part("uncorrected"), aggregation: part("fed-nova") },
    { ...corrected, ...summed("off") },
    { ...corrected, ...summed("on") },
    { ...plain, participation: part("uncorrected"), aggregation: part("afa-cs") },
  ];
}

/** Whether a part is an aggregation that could, and does not, make up for unequal numbers of steps. */
function canNormalise({ room, options }: PartReference): boolean {
  return room === "aggregation" && options["perStep"] === "off";
}

function perStepOf({ name, options }: PartReference): Pick<PartReference, "name" | "options"> {
  return part(name, { ...options, perStep: "on" });
}

/** The plan with these parts in place of its own; null where that is refused, or it has parts that only its author can make. */
function changedPlan(scenario: Scenario, changes: Changes): Plan | null {
  try {
    const plan = rebuilt(scenario.plan, changes);
    if (plan !== null) checkFeasible({ ...scenario, plan });
    return plan;
  } catch (error) {
    if (error instanceof Fault && REFUSED.includes(error.code)) return null;
    throw error;
  }
}

const REFUSED: readonly string[] = ["plan-contradiction", "part-unknown", "option-invalid"];

function rebuilt({ parts, settings }: Plan, changes: Changes): Plan | null {
  const references = new Map(parts.map((own) => [own.room, own]));
  if (references.get("pacing") === undefined || references.get("aggregation") === undefined) return null;
  const made = <Made>(room: Room, shelf: Shelf<Made>): Made =>
    makePart(room, shelf, changes[room] ?? present(references.get(room), `the part of the room ${room}`));
  const { versions, ...work } = settings;
  assertWork(work);
  return federated({
    pacing: made("pacing", catalogue.pacing),
    selection: made("selection", catalogue.selection),
    solver: made("solver", catalogue.solver),
    download: made("download", catalogue.download),
    upload: made("codec", catalogue.codec),
    feedback: made("feedback", catalogue.feedback),
    conversion: made("conversion", catalogue.conversion),
    weighting: made("weighting", catalogue.weighting),
    staleness: made("staleness", catalogue.staleness),
    participation: made("participation", catalogue.participation),
    aggregation: made("aggregation", catalogue.aggregation),
    serverOptimizer: made("server-optimizer", catalogue["server-optimizer"]),
    work,
    versions: present(versions, "the number of versions"),
  });
}

/** A part that is to be used, with those of its options that its name does not tell: where the plan has the same part with others. */
function wordsOf({ room, name, options }: PartReference, known: readonly PartReference[]): string {
  const { divideBy, perStep } = options;
  const steps = perStep === "on" ? " per step" : "";
  if (name === "sum") return `${room} "sum" divided by ${JSON.stringify(divideBy)}${steps}`;
  const before = known.find((own) => own.room === room && own.name === name)?.options ?? {};
  const changed = Object.entries(options).filter(
    ([option, value]) => option in before && JSON.stringify(before[option]) !== JSON.stringify(value),
  );
  const told = changed.map(([option, value]) => `${option} ${JSON.stringify(value)}`);
  if (told.length === 0) return `${room} "${name}"${steps}`;
  return `${room} "${name}" with ${listed(told)}`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
