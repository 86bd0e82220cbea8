import { expect, test } from "vitest";
import { hours, minutes, seconds } from "./units.ts";

test("time is in seconds", () => {
  expect([seconds(90), minutes(1.5), hours(2)]).toEqual([90, 90, 7200]);
});
