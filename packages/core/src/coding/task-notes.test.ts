import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { identity } from "../codec/index.ts";
import type { Command } from "../plan/events.ts";
import { clientId, taskId } from "../plan/identity.ts";
import { noteCommand, noteEvent, noTaskNotes, ROUNDS_NOTED_LIMIT } from "./task-notes.ts";

const params = new Float32Array(1);

/** Task `id` of a worker: items are [job, place]. */
function assigned(id: number, client: number, round: number, items: readonly (readonly [number, number])[]): Command {
  const gradients = items.map(([job, place]) => ({ job, group: 0, place, params, chunks: [] }));
  const version = 0;
  const upload = identity().part;
  const task = { id: taskId(id), client: clientId(client), version, params, round, gradients, upload, key: rootKey(1) };
  return { kind: "assign", task };
}

const spent = { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 };
const update = { payload: new Uint8Array(4), examples: 1, steps: 1, trainLoss: 0, spent };
const by = (
  client: number,
  task: number,
): { client: ReturnType<typeof clientId>; task: ReturnType<typeof taskId> } => ({
  client: clientId(client),
  task: taskId(task),
});

test("a task is noted with its round, what it is about, and what became of it", () => {
  const notes = noTaskNotes();
  noteCommand(notes, assigned(0, 0, 1, [[1, 0]]), 2);
  noteCommand(notes, assigned(1, 1, 1, [[1, 1]]), 2);
  noteEvent(notes, { kind: "update", ...by(0, 0), update }, 5);
  noteCommand(notes, { kind: "recall", ...by(1, 1) }, 6);
  // Worker 1 computes again what it missed, and worker 0 does for worker 2 what nobody has computed.
  noteCommand(notes, assigned(2, 1, 2, [[1, 1]]), 6);
  noteCommand(notes, assigned(3, 0, 2, [[2, 2]]), 6);
  expect([...notes.tasks.values()]).toEqual([
    { round: 1, client: 0, jobs: [1], repeats: false, standsIn: false, assignedAt: 2, endedAt: 5, fate: "answered" },
    { round: 1, client: 1, jobs: [1], repeats: false, standsIn: false, assignedAt: 2, endedAt: 6, fate: "late" },
    { round: 2, client: 1, jobs: [1], repeats: true, standsIn: false, assignedAt: 6, endedAt: null, fate: "out" },
    { round: 2, client: 0, jobs: [2], repeats: false, standsIn: true, assignedAt: 6, endedAt: null, fate: "out" },
  ]);
});

test("a task of several parts repeats if one of them does", () => {
  const notes = noTaskNotes();
  noteCommand(notes, assigned(0, 0, 1, [[1, 0]]), 0);
  noteCommand(notes, { kind: "recall", ...by(0, 0) }, 1);
  noteCommand(notes, assigned(1, 0, 2, [[2, 0], [1, 0]]), 1); // prettier-ignore
  expect(notes.tasks.get(taskId(1))).toMatchObject({ jobs: [1, 2], repeats: true });
});

test("a worker that leaves, fails, or comes back without a word loses its task; a wrong answer is refused", () => {
  const notes = noTaskNotes();
  for (const client of [0, 1, 2, 3]) noteCommand(notes, assigned(client, client, 1, [[1, client]]), 0);
  const profile = { examples: 1, tier: "worker" };
  noteEvent(notes, { kind: "left", client: clientId(0) }, 1);
  noteEvent(notes, { kind: "failed", ...by(1, 1), reason: "no luck" }, 2);
  noteEvent(notes, { kind: "joined", client: clientId(2), profile }, 3);
  noteEvent(notes, { kind: "update", ...by(3, 3), update }, 4);
  noteCommand(notes, { kind: "refuse", ...by(3, 3), refusal: "invalid", detail: "too short" }, 4);
  expect([...notes.tasks.values()].map(({ fate, endedAt }) => [fate, endedAt])).toEqual([
    ["lost", 1],
    ["lost", 2],
    ["lost", 3],
    ["refused", 4],
  ]);
  // What is over is over.
  noteEvent(notes, { kind: "failed", ...by(3, 3), reason: "again" }, 9);
  expect(notes.tasks.get(taskId(3))?.endedAt).toBe(4);
});

test("rounds beyond the bound are not noted", () => {
  const notes = noTaskNotes();
  noteCommand(notes, assigned(0, 0, ROUNDS_NOTED_LIMIT, [[1, 0]]), 0);
  noteCommand(notes, assigned(1, 1, ROUNDS_NOTED_LIMIT + 1, [[1, 1]]), 0);
  expect(notes.tasks.size).toBe(1);
});
