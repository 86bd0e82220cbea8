import { expect, test } from "vitest";
import { frameProblem } from "./frames.ts";

test("frames that were changed on their way are messages or are refused, nothing else", () => {
  const tally = { refused: 0, read: 0 };
  for (let number = 0; number < 20_000; number++) expect(frameProblem(number, 7, tally)).toBeNull();
  expect(tally.refused).toBeGreaterThan(5000);
  expect(tally.read).toBeGreaterThan(1000);
});
