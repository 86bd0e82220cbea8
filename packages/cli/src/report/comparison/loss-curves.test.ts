import { measured, sampleArm, sampleOutcome } from "@potluck/testkit";
import { compareArms } from "@potluck/comparison";
import type { Measurement } from "@potluck/scenario";
import { expect, test } from "vitest";
import { svg } from "../drawing.ts";
import { comparisonPage } from "./comparison-page.ts";
import { areWithoutAccuracy, lossCurves } from "./loss-curves.ts";

/** A measurement that has a loss and no accuracy. */
function lossAt(version: number, virtualSeconds: number, testLoss: number): Measurement {
  return { ...measured(version, virtualSeconds, 0, 10 * version), testAccuracy: null, testLoss };
}

const slow = sampleArm(
  "slow",
  sampleOutcome([lossAt(0, 0, 4), lossAt(1, 10, 2)]),
  sampleOutcome([lossAt(0, 0, 4), lossAt(1, 10, 1)]),
);
const fast = sampleArm(
  "fast",
  sampleOutcome([lossAt(0, 0, 4), lossAt(1, 5, 0.1)]),
  sampleOutcome([lossAt(0, 0, 4), lossAt(1, 5, 0.1)]),
);

test("arms without accuracy have curves of their losses: means over seeds in a band of their spread", () => {
  const [first, ...others] = lossCurves([slow, fast]);
  expect([first, ...others].map((figure) => figure?.title)).toEqual([
    "Loss against virtual time",
    "Loss against bytes",
    "Loss against updates",
  ]);
  expect(first?.note.replaceAll("\u00a0", " ")).toContain("slow has 1.5 at 10 s of virtual time. fast has 0.1 at 5 s");
  expect(first?.data).toMatchObject({
    name: "loss-by-virtualSeconds",
    rows: [
      ["slow", 0, 4, 4, 4],
      ["slow", 10, 1.5, 1.5 - Math.SQRT1_2, 1.5 + Math.SQRT1_2], // s² = 2 · ½²
      ["fast", 0, 4, 4, 4],
      ["fast", 5, 0.1, 0.1, 0.1],
    ],
  });
  const drawn = svg(first?.draw?.(680) ?? {}, "").markup;
  expect(drawn).toContain("loss (logarithmic)");
  expect(svg(lossCurves([slow])[0]?.draw?.(680) ?? {}, "").markup).not.toContain("logarithmic");
});

test("the page of a comparison without accuracy is about losses", () => {
  expect(areWithoutAccuracy([slow, fast])).toBe(true);
  const page = comparisonPage(compareArms([slow, fast]), {
    title: "slow, fast",
    command: "again",
    rerun: "npx potluck rerun <run>",
  });
  expect(page).toContain("Loss against virtual time");
  expect(page).not.toMatch(/Accuracy against|Accuracy over clients/u);
});

test("one run with an accuracy, or nothing measured, leaves the page about accuracies", () => {
  const classifier = sampleArm("classifier", sampleOutcome([measured(0, 0, 0.5, 0)]));
  expect(areWithoutAccuracy([slow, classifier])).toBe(false);
  expect(areWithoutAccuracy([sampleArm("nothing", sampleOutcome([]))])).toBe(false);
});

test("losses of different kinds are not drawn on one axis", () => {
  const parts = [{ room: "loss", name: "huber", options: { delta: 1 } }] as const;
  const other = sampleArm("huber", sampleOutcome([lossAt(0, 0, 4), lossAt(1, 5, 0.1)], { parts }));
  expect(lossCurves([slow, other])).toMatchObject([{ draw: null, note: expect.stringContaining("not comparable") }]);
});
