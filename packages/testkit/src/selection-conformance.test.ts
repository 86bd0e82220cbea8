import { selection } from "@potluck/core";
import { expect, test } from "vitest";
import { selectionConformance } from "./selection-conformance.ts";

const registered: string[] = [];
selectionConformance({
  name: "uniform selection under the suite itself",
  selection: {
    choose: (count, key, fleet) => {
      registered.push("called");
      return selection.uniform().choose(count, key, fleet);
    },
  },
});

test("the laws have asked the selection", () => {
  expect(registered.length).toBeGreaterThan(100);
});
