import { describe, expect, test } from "vitest";
import { anchorsOf, headingsOf, linksOf, slug } from "./markdown.ts";

describe("linksOf", () => {
  test("finds links, pictures, definitions and HTML attributes, with their lines", () => {
    const text = 'See [a](a.md) and ![b](b.svg "title").\n\n[c]: c.md\n<img src="d.png"> <a href="e.md#f">';
    expect(linksOf(text)).toEqual([
      { target: "a.md", line: 1 },
      { target: "b.svg", line: 1 },
      { target: "c.md", line: 3 },
      { target: "d.png", line: 4 },
      { target: "e.md#f", line: 4 },
    ]);
  });

  test("passes over code, in lines and in fences", () => {
    expect(linksOf("`[a](a.md)`\n\n```md\n[b](b.md)\n```\n\n[c](c.md)")).toEqual([{ target: "c.md", line: 7 }]);
  });
});

describe("anchorsOf", () => {
  test("has one anchor for each heading, numbered where headings repeat", () => {
    const anchors = anchorsOf("# One word\n## Same\n## Same\n## Same\n```\n# no heading\n```\n");
    expect([...anchors]).toEqual(["one-word", "same", "same-1", "same-2"]);
  });

  test("has the anchors that are given in HTML", () => {
    expect([...anchorsOf('<a id="here"></a>')]).toEqual(["here"]);
  });
});

describe("slug", () => {
  test.each([
    ["`option-invalid`", "option-invalid"],
    ["What it is, and why", "what-it-is-and-why"],
    ["The [law](law.md) of _imports_", "the-law-of-_imports_"],
    ["1. Größe & Maß", "1-größe--maß"],
  ])("of %s is %s", (heading, anchor) => {
    expect(slug(heading)).toBe(anchor);
  });
});

test("headingsOf gives the headings of one level as plain text", () => {
  expect(headingsOf("# Faults\n## `one-code`\n### deeper\n## two", 2)).toEqual(["one-code", "two"]);
});
