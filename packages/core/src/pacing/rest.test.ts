import { type ClientSketch, fleetOf } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { clientId, taskId } from "../plan/identity.ts";
import { noteLosses } from "./losses.ts";
import type { Moment, Scene } from "./pacing.ts";
import { noRest, noteRest, type Rest } from "./rest.ts";

const bad = clientId(1);

function sceneOf(open: number, sketches: readonly ClientSketch[] = [{ busy: true }, {}, {}]): Scene {
  const work = { steps: 1, batchSize: 1 };
  return { now: 0, version: 0, collected: 0, open, converting: 0, work, fleet: fleetOf(sketches) };
}

const busy = sceneOf(1);

function hear(rest: Rest, moment: Moment, scene = busy): readonly number[] {
  expect(noteLosses(rest, moment, scene)).toBeNull();
  return noteRest(rest, moment, scene);
}

/** After a client has lost so many tasks in a row, while another was at work. */
function after(losses: number, scene = busy): Rest {
  const rest = noRest();
  for (let lost = 0; lost < losses; lost++) hear(rest, { kind: "lost", client: bad }, scene);
  return rest;
}

const restingIn = ({ resting }: Rest): readonly number[] => [...resting.keys()];

describe("a client whose last ten tasks all came to nothing", () => {
  test("rests, and not before", () => {
    expect(restingIn(after(9))).toEqual([]);
    expect(restingIn(after(10))).toEqual([bad]);
  });

  test("does not where it has answered between", () => {
    const rest = after(9);
    hear(rest, { kind: "collected", client: bad, task: taskId(0) });
    hear(rest, { kind: "lost", client: bad });
    expect(restingIn(rest)).toEqual([]);
  });

  test("does not where it is away", () => {
    expect(restingIn(after(10, sceneOf(1, [{ busy: true }, { online: false }])))).toEqual([]);
  });

  test.each(["joined", "left"] as const)("rests no more when it has %s", (kind) => {
    const rest = after(10);
    expect(hear(rest, { kind, client: bad })).toEqual([]);
    expect(restingIn(rest)).toEqual([]);
  });

  test("rests no more after the next version, and again after its next loss", () => {
    const rest = after(10);
    expect(hear(rest, { kind: "published" })).toEqual([bad]);
    expect(restingIn(rest)).toEqual([]);
    hear(rest, { kind: "lost", client: bad });
    expect(restingIn(rest)).toEqual([bad]);
  });

  test("does not rest where nobody is at work", () => {
    expect(restingIn(after(10, sceneOf(0)))).toEqual([]);
    const rest = after(10);
    expect(hear(rest, { kind: "lost", client: clientId(0) }, sceneOf(0))).toEqual([bad]);
    expect(restingIn(rest)).toEqual([]);
  });

  test("rests on where the server has an update that it converts", () => {
    const rest = after(10);
    expect(hear(rest, { kind: "lost", client: clientId(0) }, { ...sceneOf(0), converting: 1 })).toEqual([]);
    expect(hear(rest, { kind: "collected", client: clientId(0), task: taskId(0) }, sceneOf(0))).toEqual([bad]);
  });
});

describe("after 100 losses in a row for each client that is known", () => {
  const many = 300;

  test("a plan gives up where all who are at work lost their last ten tasks", () => {
    const rest = noRest();
    const scene = sceneOf(1, [{ busy: true }, {}, {}]);
    for (let lost = 0; lost < 10; lost++) hear(rest, { kind: "lost", client: clientId(0) }, scene);
    for (let lost = 10; lost < many - 1; lost++) hear(rest, { kind: "lost", client: bad }, scene);
    expect(noteLosses(rest, { kind: "lost", client: bad }, scene)).toEqual({
      kind: "give-up",
      reason: "300 tasks in a row came to nothing",
    });
  });

  test("it goes on where somebody at work has not, and counts anew", () => {
    expect(after(many).lostInARow).toBe(0);
  });
});
