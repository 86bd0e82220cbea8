import { expect, test } from "vitest";
import { modelOf, nodeOf, normalSample } from "./check-rewrite.ts";
import { namesIn, renamed, unusedName } from "./names.ts";

const { graph } = modelOf({
  operatorSet: 18,
  inputs: { x: normalSample("x", [2]) },
  nodes: [nodeOf("Neg", ["x"], ["a"]), nodeOf("Abs", ["a"], ["b"]), nodeOf("Add", ["a", "b"], ["c"])],
  outputs: ["c"],
});

/** What each node reads and makes. */
function wiring(names: Readonly<Record<string, string>>): readonly string[] {
  const { nodes, outputs } = renamed(graph, new Map(Object.entries(names)));
  const lines = nodes.map(({ inputs, outputs: made }) => `${inputs.join("+")} > ${made.join()}`);
  return [...lines, outputs.map(({ name }) => name).join()];
}

test("values get other names wherever they are", () => {
  expect(wiring({ c: "sum", a: "negated" })).toEqual(["x > negated", "negated > b", "negated+b > sum", "sum"]);
});

test("a value gives up its name to one that must have it", () => {
  expect(wiring({ c: "a" })).toEqual(["x > a.1", "a.1 > b", "a.1+b > a", "a"]);
});

test("two values may change names", () => {
  expect(wiring({ a: "b", b: "a" })).toEqual(["x > b", "b > a", "b+a > c", "c"]);
});

test("a new name is the stem, or the stem with the first number that is free", () => {
  expect(unusedName("d", namesIn(graph))).toBe("d");
  expect(unusedName("a", new Set([...namesIn(graph), "a.1"]))).toBe("a.2");
});

test("the names inside the bodies of nodes count, too", () => {
  const outer = {
    ...graph,
    nodes: [nodeOf("If", ["x"], ["y"], { then_branch: { kind: "graph" as const, value: graph } })],
  };
  expect([...namesIn(outer)].toSorted()).toEqual(["a", "b", "c", "x", "y"]);
});
