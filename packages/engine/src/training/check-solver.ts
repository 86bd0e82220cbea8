/**
 * What a solver must be, whoever made it: an expression for the parameters and for each slot, of tensors that there are.
 *
 * @module
 */
import { type Expression, expression, Fault, type Solver, valueText } from "@potluck/core";

/** What every solver may read besides its slots. */
const GIVEN = ["gradient", "params", "anchor"] as const;
/** What no slot may be called besides: it stands for what tasks add after every step. */
const RESERVED = "drift";

const BUILT = 'Build it with the functions of expression: expression.subtract(expression.tensor("params"), …).';

/** The kinds of expressions, which a program without types may have misspelt. */
const KINDS: Readonly<Record<Expression["kind"], true>> = {
  constant: true,
  tensor: true,
  step: true,
  steps: true,
  "by-layer": true,
  norm: true,
  "gradient-at": true,
  "clipped-gradient": true,
  unary: true,
  binary: true,
};

/** Makes sure that `given` is a solver. Throws Fault "option-invalid", which names the solver and the tensor. */
export function assertSolver(given: unknown): asserts given is Solver {
  if (!isRecord(given) || !("slots" in given) || !("step" in given)) throw noSolver(given);
  const where = nameOf(given);
  const { slots, step } = given;
  if (!isNames(slots)) {
    throw unfit(`${where}: slots must be a list of names, got ${valueText(slots)}`, "Name what is kept.");
  }
  const taken = slots.find(
    (slot, at) => [...GIVEN, RESERVED].some((name) => name === slot) || slots.indexOf(slot) !== at,
  );
  if (taken !== undefined) {
    throw unfit(`${where}: the slot "${taken}" has a name that is taken`, "Give each slot a name of its own.");
  }
  if (!isRecord(step)) throw unfit(`${where}: step must be { params, state }, got ${valueText(step)}`, BUILT);
  checkStep(where, slots, step);
}

function checkStep(
  where: string,
  slots: readonly string[],
  { params, state }: Readonly<Record<string, unknown>>,
): void {
  const known = [...GIVEN, ...slots];
  checkExpression(`${where}: the next value of "params"`, params, known);
  const next = state ?? {};
  if (!isRecord(next)) throw unfit(`${where}: state must be an object, got ${valueText(state)}`, BUILT);
  for (const slot of slots) {
    if (!(slot in next)) {
      throw unfit(
        `${where}: the slot "${slot}" has no next value`,
        `Say in step.state what "${slot}" is after a step.`,
      );
    }
  }
  for (const [slot, whole] of Object.entries(next)) {
    if (!slots.includes(slot)) {
      throw unfit(
        `${where}: step.state has "${slot}", which is none of its slots`,
        "Add it to the slots, or leave it out.",
      );
    }
    checkExpression(`${where}: the next value of "${slot}"`, whole, known);
  }
}

/** Throws Fault "option-invalid" unless `whole` is an expression of tensors that are `known`. */
function checkExpression(where: string, whole: unknown, known: readonly string[]): void {
  const seen = new Set<unknown>();
  const check = (part: unknown): void => {
    if (seen.has(part)) return;
    seen.add(part);
    if (!isExpression(part)) throw unfit(`${where} must be an expression, got ${valueText(part)}`, BUILT);
    if (part.kind === "tensor" && !known.includes(part.name)) {
      const remedy = `It may read ${known.map((name) => `"${name}"`).join(", ")}.`;
      throw unfit(`${where} reads the tensor "${part.name}", which there is not`, remedy);
    }
    expression.operandsOf(part).forEach(check);
  };
  check(whole);
}

function isExpression(given: unknown): given is Expression {
  return isRecord(given) && typeof given["kind"] === "string" && Object.hasOwn(KINDS, given["kind"]);
}

function noSolver(given: unknown): Fault {
  const isNamed = isRecord(given) && "name" in given;
  const what = isNamed ? `the name and options of "${String(given["name"])}"` : valueText(given);
  return unfit(
    `solver: a solver must be given, not ${what}`,
    "Make one: solver.sgd({ learningRate: 0.05 }). Name and options are what the jobs of a pool take.",
  );
}

/** What messages call a solver: one of one's own may have no name. */
function nameOf({ part }: Readonly<Record<string, unknown>>): string {
  return isRecord(part) && typeof part["name"] === "string" ? `solver "${part["name"]}"` : "the solver";
}

function isNames(given: unknown): given is readonly string[] {
  return Array.isArray(given) && given.every((name) => typeof name === "string");
}

function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function unfit(message: string, remedy: string): Fault {
  return new Fault("option-invalid", message, remedy);
}
