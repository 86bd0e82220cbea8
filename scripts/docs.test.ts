/**
 * Laws that hold the documentation and the code together.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { faultCodes } from "@potluck/core";
import { expect, test } from "vitest";
import { headingsOf } from "./documents/markdown.ts";

const docs = join(import.meta.dirname, "../docs");

test("docs/reference/faults.md has an entry for every fault code, and no other", () => {
  const headings = headingsOf(readFileSync(join(docs, "reference/faults.md"), "utf8"), 2);
  expect(headings.toSorted()).toEqual(Object.keys(faultCodes).toSorted());
});
