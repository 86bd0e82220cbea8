import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FIRST_OPERATOR_SET, LAST_OPERATOR_SET } from "../graph/standard-model.ts";
import { operators } from "../graph/operators/registry.ts";
import { composites } from "./composite/registry.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/reference/operators.md"), "utf8");

/** The names that the first list under a heading holds. */
function listed(heading: string): readonly string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const list = section.split("\n\n").find((paragraph) => /^`\w+`,/u.test(paragraph.trim())) ?? "";
  return Array.from(list.matchAll(/`(\w+)`/gu), ([, name = ""]) => name);
}

function named(all: readonly { readonly name: string }[]): readonly string[] {
  return all.map(({ name }) => name).toSorted();
}

describe("docs/reference/operators.md lists", () => {
  test.each([
    ["Trained through", named(operators.filter(({ gradient }) => typeof gradient === "function"))],
    ["Without a gradient", named(operators.filter(({ gradient }) => gradient === "zero"))],
    ["Written out", named(composites)],
  ] as const)("%s: every such operator of the registry, and no other", (heading, names) => {
    expect(listed(heading)).toEqual(names);
  });

  test("the operator sets that models may be in", () => {
    expect(page.replaceAll("\n", " ")).toContain(`operator set from ${FIRST_OPERATOR_SET} to ${LAST_OPERATOR_SET}.`);
  });

  test("no operator without a gradient rule, as there is none", () => {
    expect(operators.filter(({ gradient }) => gradient === "missing")).toEqual([]);
  });
});
