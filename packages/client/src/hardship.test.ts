/** A device whose connections, transfers and processes break off again and again. */
import { type TaskId, taskId } from "@potluck/core";
import { type FakeCoordinator, fakeCoordinator } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { join, type Participation } from "./join.ts";
import { hurriedClock, sampleExamples, sampleJob, sampleTask } from "./sample-device.ts";
import { memoryStore } from "./store.ts";

/** What happens while a task is out. */
const HARDSHIPS = ["nothing", "cut", "cut after the answer", "word is lost", "upload", "download", "restart"] as const;
type Hardship = (typeof HARDSHIPS)[number];

const TASKS = 8;

test("whatever breaks off, every task is answered, no answer is lost, and none counts twice", async () => {
  const course = fc.array(fc.constantFrom(...HARDSHIPS), { minLength: TASKS, maxLength: TASKS });
  await fc.assert(
    fc.asyncProperty(course, async (hardships) => {
      // Error feedback counts the messages that were taken in before.
      expect(await survived(hardships)).toEqual(Array.from({ length: TASKS }, (_, at) => at));
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 120_000);

/** A coordinator that gives one task after another, with a hardship each, and what it has heard of them. */
interface Trial {
  readonly coordinator: FakeCoordinator;
  readonly params: ReturnType<typeof sampleJob>["params"];
  readonly remembered: Map<TaskId, number>;
  /** So many messages were heard. */
  heard: number;
}

/** How many messages each answer goes on from, under these hardships. */
async function survived(hardships: readonly Hardship[]): Promise<readonly number[]> {
  const names = await fakeCoordinator();
  const { job } = sampleJob(names.put);
  await names.close();
  const coordinator = await fakeCoordinator({ job, run: "run" });
  const trial: Trial = { coordinator, ...sampleJob(coordinator.put), remembered: new Map(), heard: 0 };
  const store = memoryStore();
  const start = async (): Promise<Participation> =>
    join(coordinator.url, {
      data: sampleExamples(),
      store: { ...store, close: () => {} },
      means: { clock: hurriedClock(100), random: () => 0.5 },
    });
  let device = await start();
  await coordinator.next("proof");
  for (const [at, hardship] of hardships.entries()) {
    const task = taskId(at + 1);
    coordinator.open(task);
    prepare(coordinator, hardship);
    coordinator.say({ kind: "assign", task: sampleTask(at + 1, trial.params, true) });
    if (hardship === "cut") coordinator.cut();
    if (hardship === "restart") {
      await device.leave();
      device = await start();
    }
    await until(() => isAnswered(trial, task));
    if (hardship === "cut after the answer") coordinator.cut();
    coordinator.shut(task);
    if (hardship === "word is lost") coordinator.cut();
    coordinator.say({ kind: "acknowledged", task, outcome: "accepted", detail: "" });
  }
  await device.leave();
  await coordinator.close();
  return [...trial.remembered.values()];
}

function prepare(coordinator: FakeCoordinator, hardship: Hardship): void {
  const refused = { kind: "status", status: 503 } as const;
  const broken = { kind: "broken", afterBytes: 9 } as const;
  if (hardship === "upload") coordinator.fail("upload", broken, refused, broken);
  if (hardship === "download") coordinator.fail("download", broken, { kind: "corrupt" }, refused);
}

/** Hears what there is to be heard; whether a task is answered. One that a client comes back without is given to it again. */
function isAnswered(trial: Trial, task: TaskId): boolean {
  const { coordinator, remembered, params } = trial;
  const news = coordinator.said.slice(trial.heard);
  trial.heard += news.length;
  for (const message of news) {
    if (message.kind === "submitted") {
      const { remembered: messages } = message.submission;
      expect(remembered.get(message.task) ?? messages).toBe(messages);
      remembered.set(message.task, messages);
      // Word of it was lost.
      if (message.task !== task) {
        coordinator.say({ kind: "acknowledged", task: message.task, outcome: "accepted", detail: "" });
      }
    }
  }
  const hello = coordinator.said.findLast(({ kind }) => kind === "hello");
  const cameIn = news.some(({ kind }) => kind === "proof");
  if (hello?.kind === "hello" && cameIn && !hello.openTasks.includes(task)) {
    coordinator.say({ kind: "assign", task: sampleTask(task, params, true) });
  }
  return remembered.has(task);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
