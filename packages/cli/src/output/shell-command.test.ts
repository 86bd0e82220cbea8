import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { potluckLine, seedsWords, shellCommand } from "./shell-command.ts";

test("only what a shell would take for something else is in quotes", () => {
  expect(shellCommand(["npx", "potluck", "simulate", "plans/a_1.json", "--seed", "1"])).toBe(
    "npx potluck simulate plans/a_1.json --seed 1",
  );
  expect(shellCommand(["my plan.json", "it's.json", "a.hidden[0]=[1,2]", ""])).toBe(
    String.raw`'my plan.json' 'it'\''s.json' 'a.hidden[0]=[1,2]' ''`,
  );
});

test("a store is named where it is not the default, and seeds as they are typed", () => {
  expect(potluckLine(["rerun", "a-1"], "runs")).toBe("npx potluck rerun a-1");
  expect(potluckLine(["rerun", "a-1"], "my runs")).toBe("npx potluck rerun a-1 --store 'my runs'");
  expect([seedsWords([1, 2, 3]), seedsWords([3, 7]), seedsWords([1])].map((words) => words.join(" "))).toEqual([
    "--seeds 3",
    "--seeds 3,7",
    "--seeds 1",
  ]);
});

test.skipIf(process.platform === "win32")("a shell reads back the same words", () => {
  const word = fc.string({ unit: fc.constantFrom(..." '\"\\$`*?[]{}()<>|&;!~#\n=a-é%".split("")) });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const read = execFileSync("sh", ["-c", `printf '%s\\0' ${shellCommand(words)}`], { encoding: "utf8" });
      expect(read.split("\0").slice(0, -1)).toEqual(words);
    }),
    { numRuns: 30 },
  );
});
