import { expect, test } from "vitest";
import { timeAxis, timeScale } from "./time-axis.ts";

test("the axis of virtual time ends with the run, in a unit that can be read", () => {
  expect(timeAxis(150, {})).toEqual({ secondsPerUnit: 1, label: "virtual seconds", domain: [0, 150] });
  expect(timeScale(timeAxis(7200, {}))).toEqual({
    label: "virtual minutes",
    labelAnchor: "right",
    labelArrow: "none",
    domain: [0, 120],
  });
});

test("a run in which no time has passed has an axis all the same", () => {
  expect(timeAxis(0, {}).domain).toEqual([0, 1]);
});

test("the axis of a live run says that its time is real", () => {
  expect(timeAxis(90, { clock: "wall" }).label).toBe("wall seconds");
  expect(timeAxis(90, {}).label).toBe("virtual seconds");
});
