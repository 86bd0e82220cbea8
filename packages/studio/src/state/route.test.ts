import { expect, test } from "vitest";
import { routeOf } from "./route.ts";

test.each([
  ["", { view: "runs" }],
  ["#/nowhere", { view: "runs" }],
  ["#/run/", { view: "runs" }],
  ["#/run/a%2Fb", { view: "run", run: "a/b" }],
  ["#/run/%", { view: "run", run: "%" }],
  ["#/methods", { view: "methods", chosen: null }],
  ["#/compare/a,b?at=bytes", { view: "compare", words: ["a", "b"], at: "bytes" }],
  ["#/methods/pacing/fed-fix", { view: "methods", chosen: "pacing/fed-fix" }],
])("%s leads somewhere", (hash, route) => {
  expect(routeOf(hash)).toEqual(route);
});
