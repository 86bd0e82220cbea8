/**
 * The standard strategy: federated averaging as a composition of decisions. A published method is usually one part.
 *
 * The way of an update is one line: arrive -> admit -> (convert what is old) -> decode -> weigh -> accumulate -> (pacing closes the window) ->
 * optimizer -> publish -> (pacing and selection) assign. No part reaches around another.
 *
 * @module
 */
import { Fault } from "../base/fault.ts";
import { mean } from "../aggregation/index.ts";
import { identity } from "../codec/index.ts";
import { none } from "../conversion/index.ts";
import { whole } from "../download/index.ts";
import { none as noFeedback } from "../feedback/index.ts";
import { resolveOptions } from "../part/options.ts";
import { uniform as uniformSelection } from "../selection/index.ts";
import { uncorrected } from "../participation/index.ts";
import { sgd as serverSgd } from "../server-optimizer/index.ts";
import { constant } from "../staleness/index.ts";
import { byExamples, uniform as uniformWeighting } from "../weighting/index.ts";
import { cancelsWeights, choiceAmong, contradictions, remembersAlike } from "./contradictions.ts";
import { type FederatedOptions, type FederatedParts, planRooms } from "./federated-parts.ts";
import { federation } from "./federation.ts";
import { opaqueStrategy, type Plan } from "./strategy.ts";
import { assertWork } from "./task.ts";
import { limitSettings } from "./update-limits.ts";
import { warningsOf } from "./warnings.ts";

/**
 * The plan made of these parts.
 * Throws Fault "option-invalid" for settings out of range and "plan-contradiction" for parts that do not fit together.
 */
export function federated(options: FederatedOptions): Plan {
  checkParts(options);
  const aggregation = options.aggregation ?? mean();
  const parts: FederatedParts = {
    selection: uniformSelection(),
    weighting: countsAlike(options, aggregation) ? uniformWeighting() : byExamples(),
    staleness: constant(),
    participation: uncorrected(),
    aggregation,
    serverOptimizer: serverSgd(),
    download: whole(),
    upload: identity(),
    feedback: noFeedback(),
    conversion: none(),
    limits: {},
    ...options,
  };
  const settings = checkedSettings(parts);
  const [problem] = contradictions(parts);
  if (problem !== undefined) throw new Fault("plan-contradiction", problem.sentence, problem.remedy);
  return {
    parts: WAY.map((name) => parts[name].part),
    settings,
    warnings: warningsOf(parts),
    strategy: opaqueStrategy(federation(parts)),
    contradiction: (clients) => parts.pacing.contradiction(clients) ?? choiceAmong(parts, clients),
  };
}

/** Whether weights by examples would change nothing, or have to be those by which the memories of clients are averaged. */
function countsAlike({ pacing, feedback }: FederatedOptions, aggregation: FederatedParts["aggregation"]): boolean {
  return cancelsWeights(pacing.part, aggregation.part) || remembersAlike(feedback?.memory);
}

/** The parts in the order of an update's way. */
const WAY = [
  "pacing",
  "selection",
  "download",
  "solver",
  "upload",
  "feedback",
  "conversion",
  "weighting",
  "staleness",
  "participation",
  "aggregation",
  "serverOptimizer",
] as const;

/** Refuses what the compiler would refuse, for plans that never saw one: unknown, missing and misplaced parts. */
function checkParts(options: object): void {
  const known = [...Object.keys(planRooms), "work", "limits", "versions"];
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw invalid(`federated has no option "${name}"`, `Its options are ${known.join(", ")}.`);
  }
  for (const [name, room] of Object.entries(planRooms)) {
    const given: unknown = Object.entries(options).find(([option]) => option === name)?.[1];
    const optional = name !== "pacing" && name !== "solver";
    if (given === undefined && optional) continue;
    if (roomOf(given) !== room) throw invalid(`federated: ${name} must be a part of the room "${room}"`, PARTS_REMEDY);
  }
}

const PARTS_REMEDY = "Make it with a factory of that room, such as pacing.rounds({ … }); `potluck methods` lists them.";

function roomOf(given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("part" in given)) return undefined;
  const { part } = given;
  return typeof part === "object" && part !== null && "room" in part ? part.room : undefined;
}

function invalid(message: string, remedy: string): Fault {
  return new Fault("option-invalid", message, remedy);
}

function checkedSettings({ work, limits, versions }: FederatedParts): Readonly<Record<string, number>> {
  assertWork(work);
  resolveOptions("federated", { versions: versionsSpec }, { versions });
  return { ...work, ...limitSettings(limits), versions };
}

const versionsSpec = { kind: "number", integer: true, minimum: 1, about: "model versions to publish" } as const;
