/**
 * Arithmetic of dimensions, some of which are only names until the graph runs.
 *
 * A dimension with names in it is a polynomial with whole coefficients, written as one text with the names of each
 * term and the terms sorted and the number last: "25*batch", "batch*time + batch", "time - 1". So equal dimensions are
 * equal texts. What a file writes in another way, such as a rounded quotient, counts as one name.
 *
 * @module
 */
import type { Dimension } from "./graph.ts";

/** A product taken apart: a number and the names, sorted. */
interface Term {
  readonly coefficient: number;
  readonly names: readonly string[];
}

/** The product of `dimensions`; 1 of none. */
export function dimensionProduct(dimensions: readonly Dimension[]): Dimension {
  const one: readonly Term[] = [{ coefficient: 1, names: [] }];
  return format(dimensions.map(parse).reduce(product, one));
}

/** The sum of `dimensions`; 0 of none. */
export function dimensionSum(dimensions: readonly Dimension[]): Dimension {
  return format(dimensions.flatMap(parse));
}

/** `left` − `right`, which may be negative. */
export function dimensionDifference(left: Dimension, right: Dimension): Dimension {
  return dimensionSum([left, dimensionProduct([right, -1])]);
}

/**
 * `dividend` divided by `divisor`, or null where that is not a whole number whatever the names stand for.
 * Also null for a divisor of several terms unless the quotient has one.
 */
export function dimensionQuotient(dividend: Dimension, divisor: Dimension): Dimension | null {
  const [above, below] = [parse(dividend), parse(divisor)];
  const [first, ...rest] = below;
  if (first === undefined) return null;
  const quotients = above.map((term) => termQuotient(term, first));
  if (rest.length === 0) {
    const whole = quotients.filter((term) => term !== null);
    return whole.length === quotients.length ? format(whole) : null;
  }
  const fits = quotients.find((term) => term !== null && format(product([term], below)) === format(above));
  return fits === undefined || fits === null ? null : format([fits]);
}

/** `dimension` as a number, with `sizeOf` its names; null where it does not know one. */
export function dimensionSize(dimension: Dimension, sizeOf: (name: string) => number | undefined): number | null {
  let sum = 0;
  for (const { coefficient, names } of parse(dimension)) {
    const sizes = names.map(sizeOf);
    if (sizes.includes(undefined)) return null;
    sum += sizes.reduce<number>((size, known) => size * (known ?? 0), coefficient);
  }
  return sum;
}

/** The terms whose sum a dimension is: of each the factors, names and at most one number, which comes first. */
export function dimensionTerms(dimension: Dimension): readonly (readonly Dimension[])[] {
  return parse(dimension).map(({ coefficient, names }) =>
    coefficient === 1 && names.length > 0 ? names : [coefficient, ...names],
  );
}

/** Whether a dimension is at least 0 whatever its names stand for, each for 1 or more: no batch is empty. */
export function isSurelyPositive(dimension: Dimension): boolean {
  const terms = parse(dimension);
  const least = terms.reduce((sum, { coefficient }) => sum + coefficient, 0);
  return least >= 0 && terms.every(({ coefficient, names }) => names.length === 0 || coefficient >= 0);
}

/** A shape in words: "[batch, 10]". */
export function shapeText(shape: readonly Dimension[]): string {
  return `[${shape.join(", ")}]`;
}

function product(left: readonly Term[], right: readonly Term[]): readonly Term[] {
  return left.flatMap((a) =>
    right.map((b) => ({ coefficient: a.coefficient * b.coefficient, names: [...a.names, ...b.names].toSorted() })),
  );
}

function termQuotient(above: Term, below: Term): Term | null {
  const names = [...above.names];
  for (const name of below.names) {
    const at = names.indexOf(name);
    if (at < 0) return null;
    names.splice(at, 1);
  }
  const coefficient = above.coefficient / below.coefficient;
  return Number.isInteger(coefficient) ? { coefficient, names } : null;
}

/** The terms of a dimension; none of 0. */
function parse(dimension: Dimension): readonly Term[] {
  if (typeof dimension === "number") return dimension === 0 ? [] : [{ coefficient: dimension, names: [] }];
  if (/[()/]/.test(dimension)) return [{ coefficient: 1, names: [dimension] }];
  return collected(dimension.split(/ (?=[+-] )/).map(parseTerm));
}

function parseTerm(text: string): Term {
  const sign = text.startsWith("- ") ? -1 : 1;
  const factors = text.replace(/^[+-] /, "").split("*");
  return {
    coefficient: factors.filter(isNumber).reduce((coefficient, factor) => coefficient * Number(factor), sign),
    names: factors.filter((factor) => !isNumber(factor)).toSorted(),
  };
}

/** Equal products added up, those with names before the number. */
function collected(terms: readonly Term[]): readonly Term[] {
  const sums = new Map<string, Term>();
  for (const { coefficient, names } of terms) {
    const key = names.join("*");
    sums.set(key, { coefficient: coefficient + (sums.get(key)?.coefficient ?? 0), names });
  }
  const keys = [...sums.keys()].filter((key) => sums.get(key)?.coefficient !== 0).toSorted();
  const inOrder = [...keys.filter((key) => key !== ""), ...keys.filter((key) => key === "")];
  return inOrder.flatMap((key) => sums.get(key) ?? []);
}

function format(terms: readonly Term[]): Dimension {
  const sums = collected(terms);
  const [first] = sums;
  if (first === undefined) return 0;
  if (first.names.length === 0) return first.coefficient;
  return sums.map(termText).join(" ");
}

function termText({ coefficient, names }: Term, at: number): string {
  const size = at === 0 ? coefficient : Math.abs(coefficient);
  const text = size === 1 && names.length > 0 ? names.join("*") : [size, ...names].join("*");
  if (at === 0) return text;
  return coefficient < 0 ? `- ${text}` : `+ ${text}`;
}

const isNumber = (factor: string): boolean => /^-?\d+$/.test(factor);
