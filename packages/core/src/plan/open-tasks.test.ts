import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clientId, taskId } from "./identity.ts";
import { closeAll, closeTask, noOpenTasks, openTask } from "./open-tasks.ts";

const model = (version: number) => ({ version, params: Float32Array.of(version) });

describe("a task that is out", () => {
  test("has the model that it was given away with, however many were given away, and whichever ended, since", () => {
    const client = fc.nat({ max: 6 });
    const step = fc.oneof(client, fc.constant("publish" as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const tasks = noOpenTasks();
        const expected = new Map<number, number>();
        let [version, assigned] = [0, 0];
        for (const who of steps) {
          if (who === "publish") version += 1;
          else if (expected.has(who)) {
            expect(closeTask(tasks, clientId(who))).toMatchObject(model(expected.get(who) ?? -1));
            expected.delete(who);
          } else {
            openTask(tasks, clientId(who), taskId(assigned), model(version));
            expected.set(who, version);
            assigned += 1;
          }
          expect([...tasks.byClient.keys()]).toEqual([...expected.keys()]);
          // No model is kept that no task needs, nor its number for long.
          const needed = [...new Set(expected.values())].toSorted((a, b) => a - b);
          const kept = tasks.models.filter(({ params }) => params !== null);
          expect(kept.map((out) => out.version)).toEqual(needed);
          expect(tasks.models.length).toBeLessThanOrEqual(2 * needed.length);
        }
      }),
    );
  });

  test("is one of its client's alone", () => {
    const tasks = noOpenTasks();
    expect(closeTask(tasks, clientId(0))).toBeNull();
    openTask(tasks, clientId(0), taskId(0), model(0));
    expect(() => {
      openTask(tasks, clientId(0), taskId(1), model(0));
    }).toThrow("client 0 is free before it is given task 1");
  });
});

test("all can be closed at once", () => {
  const tasks = noOpenTasks();
  [0, 1].forEach((place) => {
    openTask(tasks, clientId(place), taskId(place), model(place));
  });
  closeAll(tasks);
  expect(tasks).toEqual(noOpenTasks());
});
