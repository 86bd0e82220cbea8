import { expect, test } from "vitest";
import { tiny } from "@potluck/testkit";

import { combinations, settingFrom } from "./variations.ts";

test("values are JSON or words, cut at the commas outside of them", () => {
  const values = (text: string): readonly unknown[] => settingFrom(`a.b=${text}`).values.map(({ value }) => value);
  expect(values("0.01, 0.1,1e-3")).toEqual([0.01, 0.1, 1e-3]);
  expect(values("[1,2],[1,5,10]")).toEqual([
    [1, 2],
    [1, 5, 10],
  ]);
  expect(values('{"name":"sgd","x":{"y":1}},{"name":"momentum","momentum":0.9}')).toEqual([
    { name: "sgd", x: { y: 1 } },
    { name: "momentum", momentum: 0.9 },
  ]);
  expect(values('uniform,"a, b",null,true')).toEqual(["uniform", "a, b", null, true]);
});

test.each(["plan.versions", "=3", "plan versions=3", "plan.=3", "plan.versions="])("%j is no setting", (text) => {
  expect(() => settingFrom(text)).toThrow(`--set "${text}" is not a setting with values`);
});

test("every combination is made, the last setting changing fastest, and called after what differs", () => {
  const grid = combinations([settingFrom("plan.solver.learningRate=0.1,0.2"), settingFrom("plan.pacing.cohort=2,3")]);
  expect(grid.map(({ name }) => name)).toEqual([
    "learningRate=0.1 cohort=2",
    "learningRate=0.1 cohort=3",
    "learningRate=0.2 cohort=2",
    "learningRate=0.2 cohort=3",
  ]);
  expect(grid[1]?.applyTo(tiny)).toEqual({
    ...tiny,
    plan: { ...tiny.plan, solver: { name: "sgd", learningRate: 0.1 }, pacing: { name: "rounds", cohort: 3 } },
  });
});

test("paths that end alike are written out, and lead into lists", () => {
  const grid = combinations([
    settingFrom("plan.solver.learningRate=1,2"),
    settingFrom("plan.serverOptimizer.learningRate=2,3"),
  ]);
  expect(grid[0]?.name).toBe("plan.solver.learningRate=1 plan.serverOptimizer.learningRate=2");
  const [second] = combinations([settingFrom("fleet.slowdowns[1]=7")]);
  expect(second?.applyTo({ fleet: { slowdowns: [1, 3, 9] } })).toEqual({ fleet: { slowdowns: [1, 7, 9] } });
});

test("a place in a list is one that is there or the next one: past the end nothing would be varied", () => {
  const applied = (text: string): unknown =>
    combinations([settingFrom(text)])[0]?.applyTo({ model: { hidden: [16] }, rules: [{ rate: 1 }] });
  expect(applied("model.hidden[0]=8")).toMatchObject({ model: { hidden: [8] } });
  expect(applied("model.hidden[1]=8")).toMatchObject({ model: { hidden: [16, 8] } });
  expect(applied("rules[0].rate=2")).toMatchObject({ rules: [{ rate: 2 }] });
  for (const path of ["model.hidden[3]", "model.hidden[2]", "model.hidden.first", "rules[2].rate"]) {
    expect(() => applied(`${path}=8,64`)).toThrow(
      expect.objectContaining({
        code: "option-invalid",
        message: expect.stringMatching(/^--set .+: the list in which it sets \[\w+\] has the length 1$/),
      }),
    );
  }
});

test("settings with one value are set, and not part of the name", () => {
  const [first] = combinations([settingFrom("plan.pacing.cohort=2,3"), settingFrom("plan.versions=8")]);
  expect(first?.name).toBe("cohort=2");
  expect(first?.applyTo(tiny)).toMatchObject({ plan: { versions: 8, pacing: { cohort: 2 } } });
  expect(combinations([settingFrom("plan.versions=8")])[0]?.name).toBe("versions=8");
});

test.each([
  [["plan.solver.learningRate=0.1,0.10"], "--set plan.solver.learningRate tries 0.10 twice"],
  [["plan.versions=1,2", "plan.versions=3"], "--set plan.versions and --set plan.versions set the same thing"],
  [["plan.solver.name=sgd", "plan.solver=adam"], "--set plan.solver and --set plan.solver.name set the same thing"],
])("%s is refused", (settings, message) => {
  expect(() => combinations(settings.map(settingFrom))).toThrow(message);
});
