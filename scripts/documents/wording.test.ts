import { expect, test } from "vitest";
import { remarks } from "./wording.ts";

// The words are put together here, so that this file does not contain them.
const slash = "/";

test.each([
  ["a path of one machine", `const path = "${slash}home/someone/plan.ts";`],
  ["a path in a remark", `see ${slash}work/notes`],
  ["a temporary folder by its path", `"${slash}tmp/x"`],
  ["a host of packages", ["https://registry", "npmjs", "org/x"].join(".")],
  ["a remark on how the work was done", ["Co", "authored-by: someone"].join("-")],
])("%s is out of place", (_, text) => {
  expect(remarks(`fine\n${text}`)).toHaveLength(1);
  expect(remarks(`fine\n${text}`)[0]?.line).toBe(2);
});

test.each(["./work/plan.ts", "https://example.org/home/page", "framework/rooted", "${root}/work/x"])(
  "%s is fine",
  (text) => {
    expect(remarks(text)).toEqual([]);
  },
);
