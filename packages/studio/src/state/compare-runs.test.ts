import { expect, test } from "vitest";
import type { Run } from "../api/answers.ts";
import { compareHash, compareRouteOf } from "./compare-route.ts";
import { measured, sampleOutcome } from "@potluck/testkit";
import { compareRuns, runsOf } from "./compare-runs.ts";
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
    isHosted: false,
    created: 0,
    state: "ended",
    ended: "",
    seconds: 1,
    version: 1,
    accuracy: 0.5,
    loss: 0.5,
    measuredVersion: 1,
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

test("a run that goes on is not asked for, and the comparison says that it goes on", async () => {
  const asked: string[] = [];
  const api = (...runs: readonly Run[]): Parameters<typeof compareRuns>[0] => ({
    runs: async () => runs,
    result: async (id) => {
      asked.push(id);
      return sampleOutcome([measured(0, 0, 0.1, 0)]);
    },
  });
  const going = { state: "running", ended: null, scenario: "another", name: "going" } as const;
  const { leftOut, lostArms } = await compareRuns(api(run("a"), run("b", going)), ["a", "b"]);
  expect(leftOut).toEqual([{ run: "b", arm: "going", seed: 1, why: "it goes on" }]);
  expect([lostArms, asked]).toEqual([["going"], ["a"]]);
  const none = compareRuns(api(run("a", going), run("b", going)), ["a", "b"]);
  await expect(none).rejects.toThrow("None of these runs can be compared: it goes on.");
});
