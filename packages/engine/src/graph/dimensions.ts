/**
 * Arithmetic of dimensions, some of which are only names until the graph runs.
 *
 * A product with names in it is written as one text, the number first and the names sorted: "25*batch". So equal
 * products are equal texts, and a product can be divided again.
 *
 * @module
 */
import type { Dimension } from "./graph.ts";

/** A product taken apart: a number and the names, sorted. */
interface Product {
  readonly coefficient: number;
  readonly names: readonly string[];
}

/** The product of `dimensions`; 1 of none. */
export function dimensionProduct(dimensions: readonly Dimension[]): Dimension {
  const parts = dimensions.map(parse);
  return format({
    coefficient: parts.reduce((product, part) => product * part.coefficient, 1),
    names: parts.flatMap((part) => part.names),
  });
}

/** `product` divided by `divisor`, or null where that is not a whole number whatever the names stand for. */
export function dimensionQuotient(product: Dimension, divisor: Dimension): Dimension | null {
  const above = parse(product);
  const below = parse(divisor);
  const names = [...above.names];
  for (const name of below.names) {
    const at = names.indexOf(name);
    if (at < 0) return null;
    names.splice(at, 1);
  }
  const coefficient = above.coefficient / below.coefficient;
  return Number.isInteger(coefficient) ? format({ coefficient, names }) : null;
}

/** `dimension` as a number, with `sizeOf` its names; null where it does not know one. */
export function dimensionSize(dimension: Dimension, sizeOf: (name: string) => number | undefined): number | null {
  const { coefficient, names } = parse(dimension);
  let size = coefficient;
  for (const name of names) {
    const known = sizeOf(name);
    if (known === undefined) return null;
    size *= known;
  }
  return size;
}

/** A shape in words: "[batch, 10]". */
export function shapeText(shape: readonly Dimension[]): string {
  return `[${shape.join(", ")}]`;
}

function parse(dimension: Dimension): Product {
  if (typeof dimension === "number") return { coefficient: dimension, names: [] };
  const factors = dimension.split("*");
  return {
    coefficient: factors.filter(isNumber).reduce((product, factor) => product * Number(factor), 1),
    names: factors.filter((factor) => !isNumber(factor)),
  };
}

function format({ coefficient, names }: Product): Dimension {
  if (names.length === 0 || coefficient === 0) return coefficient;
  const sorted = names.toSorted().join("*");
  return coefficient === 1 ? sorted : `${coefficient}*${sorted}`;
}

const isNumber = (factor: string): boolean => /^\d+$/.test(factor);
