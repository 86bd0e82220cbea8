import { expect, test } from "vitest";
import type { Run } from "../api/answers.ts";
import { compareHash, compareRouteOf } from "./compare-route.ts";
import { runsOf } from "./compare-runs.ts";
import { routeOf } from "./route.ts";

function run(id: string, changes: Partial<Run> = {}): Run {
  return {
    id,
    name: "plan",
    seed: 1,
    scenario: "digest",
    plan: "",
    fleet: "",
    clock: "virtual",
    experiments: [],
    created: 0,
    state: "ended",
    ended: "",
    seconds: 1,
    version: 1,
    accuracy: 0.5,
    loss: 0.5,
    clients: { known: 1, available: 0, connected: 0 },
    openTasks: 0,
    updates: { accepted: 1, late: 0, abandoned: 0, invalid: {} },
    bytesUp: 1,
    bytesDown: 1,
    ...changes,
  };
}

test("the address of a comparison leads back to it, with how it is looked at", () => {
  for (const route of [
    { words: ["a-1", "b/2"], at: "time" },
    { words: ["compare-1"], at: "bytes" },
  ] as const) {
    expect(routeOf(compareHash(route))).toEqual({ view: "compare", ...route });
  }
  expect(compareRouteOf("a,a,,b?at=nonsense")).toEqual({ words: ["a", "b"], at: "time" });
  expect(routeOf("#/compare/")).toEqual({ view: "runs" });
});

test("an experiment stands for its runs, each as the arm that it is there; runs stand for themselves, and once", () => {
  const within = (arm: string): Partial<Run> => ({ experiments: [{ experiment: "compare-1", arm }] });
  const all = [run("a", within("short")), run("b", within("long")), run("c")];
  expect(runsOf(all, ["compare-1", "c", "a"]).map(({ id, arm }) => [id, arm])).toEqual([
    ["a", "short"],
    ["b", "long"],
    ["c", null],
  ]);
  expect(() => runsOf(all, ["d"])).toThrow("There is no run “d” any more");
});

test("a run of several experiments is what it is in the one that is asked for", () => {
  const experiments = [
    { experiment: "compare-1", arm: "short" },
    { experiment: "sweep-1", arm: "rate=0.1" },
  ];
  expect(runsOf([run("a", { experiments })], ["sweep-1"])).toMatchObject([{ experiment: "sweep-1", arm: "rate=0.1" }]);
});
