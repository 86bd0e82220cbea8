import { expect, test } from "vitest";
import { placeOf } from "./place.ts";

test("a method has one experiment, and may have others beside it with results of their own", () => {
  expect(placeOf("pacing/fed-fix")).toEqual({
    experiment: "pacing/fed-fix/experiment.ts",
    result: "pacing/fed-fix/RESULT.md",
    picture: "pacing/fed-fix/RESULT.svg",
  });
  expect(placeOf("pacing/fed-fix/quadratics")).toEqual({
    experiment: "pacing/fed-fix/quadratics.ts",
    result: "pacing/fed-fix/RESULT-quadratics.md",
    picture: "pacing/fed-fix/RESULT-quadratics.svg",
  });
});
