/**
 * Where an equation may be broken.
 *
 * @module
 */
import type { MathNode } from "../../api/math-node.ts";

/** The parts of a row that wide spaces keep apart. */
export function apart(node: MathNode): readonly MathNode[] {
  if (node.tag !== "mrow") return [node];
  const parts: MathNode[][] = [[]];
  for (const child of node.children ?? []) {
    if (child.tag === "mspace" && child.form === "widest") parts.push([]);
    else parts.at(-1)?.push(child);
  }
  return parts.filter((children) => children.length > 0).map((children) => ({ tag: "mrow", children }));
}
