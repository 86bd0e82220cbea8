import { definitions } from "@potluck/scenario";
import { expect, test } from "vitest";
import { methodsCatalogue, useIn } from "./methods-catalogue.ts";

test("every part is there, with what its page says and where it is reproduced", async () => {
  const { rooms } = await methodsCatalogue();
  expect(rooms.flatMap(({ parts }) => parts)).toHaveLength(definitions().length);
  const fedFix = rooms.find(({ room }) => room === "pacing")?.parts.find(({ name }) => name === "fed-fix");
  expect(fedFix).toMatchObject({
    page: "docs/reference/methods/pacing/fed-fix.md",
    reproduction: "reproductions/pacing/fed-fix/README.md",
    options: [
      { name: "intervalSeconds", default: null },
      { name: "concurrency", default: "null" },
    ],
  });
  expect(fedFix?.use).toContain("Where versions have to come by the clock.");
});

test("what a page says on when to use a part is plain text", () => {
  const page =
    "# x\n\n## When to use it\n\n- With [mean](mean.md), on\n  **two** lines of `code`.\n- Else.\n\n## Trust\n\n- No.\n";
  expect(useIn(page)).toEqual(["With mean, on two lines of code.", "Else."]);
  expect(useIn("")).toEqual([]);
});
