import { expect, test } from "vitest";
import { createDispatcher, type WorkerListener, type WorkerPort } from "./dispatcher.ts";

/** A worker that does what the test tells it. */
interface FakeWorker extends WorkerPort<string, string> {
  readonly requests: string[];
  readonly reply: (reply: string) => void;
  readonly die: () => void;
  ended: boolean;
}

function fakeWorker(): FakeWorker {
  let listener: WorkerListener<string> | undefined;
  const worker: FakeWorker = {
    requests: [],
    ended: false,
    post: (request) => worker.requests.push(request),
    end: async () => {
      worker.ended = true;
    },
    listen: (given) => {
      listener = given;
    },
    reply: (reply) => listener?.replied(reply),
    die: () => listener?.died("out of memory"),
  };
  return worker;
}

function setUp(workers: number, limits: { maxReplacements?: number; maxWaiting?: number } = {}) {
  const spawned: FakeWorker[] = [];
  const spawn = (): FakeWorker => {
    const worker = fakeWorker();
    spawned.push(worker);
    return worker;
  };
  return { spawned, dispatcher: createDispatcher({ workers, spawn, ...limits }) };
}

const trainingFailed = expect.objectContaining({ code: "training-failed" });

test("requests go to idle workers in the order in which they came", async () => {
  const { spawned, dispatcher } = setUp(2);
  const replies = ["a", "b", "c", "d"].map((request) => dispatcher.dispatch(request));
  expect(spawned.map(({ requests }) => requests)).toEqual([["a"], ["b"]]);
  spawned[1]?.reply("B");
  spawned[0]?.reply("A");
  expect(spawned.map(({ requests }) => requests)).toEqual([
    ["a", "d"],
    ["b", "c"],
  ]);
  spawned[0]?.reply("D");
  spawned[1]?.reply("C");
  expect(await Promise.all(replies)).toEqual(["A", "B", "C", "D"]);
});

test("a waiting request that is cancelled is never sent", async () => {
  const { spawned, dispatcher } = setUp(1);
  const cancel = new AbortController();
  const first = dispatcher.dispatch("first");
  const second = dispatcher.dispatch("second", cancel.signal);
  const third = dispatcher.dispatch("third");
  cancel.abort("no longer needed");
  await expect(second).rejects.toBe("no longer needed");
  spawned[0]?.reply("1");
  spawned[0]?.reply("3");
  expect(await Promise.all([first, third])).toEqual(["1", "3"]);
  expect(spawned[0]?.requests).toEqual(["first", "third"]);
});

test("a running request that is cancelled keeps its worker until the worker is done", async () => {
  const { spawned, dispatcher } = setUp(1);
  const cancel = new AbortController();
  const first = dispatcher.dispatch("first", cancel.signal);
  const second = dispatcher.dispatch("second");
  cancel.abort("no longer needed");
  await expect(first).rejects.toBe("no longer needed");
  expect(spawned[0]?.requests).toEqual(["first"]);
  spawned[0]?.reply("1");
  spawned[0]?.reply("2");
  expect(await second).toBe("2");
});

test("a request that is cancelled before it is made is refused", async () => {
  const { spawned, dispatcher } = setUp(1);
  await expect(dispatcher.dispatch("a", AbortSignal.abort("too late"))).rejects.toBe("too late");
  expect(spawned[0]?.requests).toEqual([]);
});

test("a worker that dies loses its own request only and is replaced", async () => {
  const { spawned, dispatcher } = setUp(1);
  const first = dispatcher.dispatch("first");
  const second = dispatcher.dispatch("second");
  spawned[0]?.die();
  await expect(first).rejects.toEqual(trainingFailed);
  expect(spawned).toHaveLength(2);
  spawned[1]?.reply("2");
  expect(await second).toBe("2");
});

test("when no worker may be replaced any more, the last one to die takes all requests with it", async () => {
  const { spawned, dispatcher } = setUp(2, { maxReplacements: 0 });
  const [first, second, third] = ["a", "b", "c"].map((request) => dispatcher.dispatch(request));
  spawned[0]?.die();
  await expect(first).rejects.toEqual(trainingFailed);
  spawned[1]?.die();
  await expect(second).rejects.toEqual(trainingFailed);
  await expect(third).rejects.toEqual(trainingFailed);
  await expect(dispatcher.dispatch("d")).rejects.toEqual(trainingFailed);
  expect(spawned).toHaveLength(2);
});

test("no more requests wait than the limit allows", async () => {
  const { spawned, dispatcher } = setUp(1, { maxWaiting: 1 });
  const kept = [dispatcher.dispatch("running"), dispatcher.dispatch("waiting")];
  await expect(dispatcher.dispatch("too many")).rejects.toEqual(trainingFailed);
  spawned[0]?.reply("1");
  spawned[0]?.reply("2");
  expect(await Promise.all(kept)).toEqual(["1", "2"]);
});

test("closing rejects what runs and what waits, and ends the workers", async () => {
  const { spawned, dispatcher } = setUp(1);
  const open = [dispatcher.dispatch("running"), dispatcher.dispatch("waiting")];
  const rejections = Promise.all(open.map((reply) => expect(reply).rejects.toEqual(trainingFailed)));
  await dispatcher.close();
  await rejections;
  expect(spawned[0]?.ended).toBe(true);
  await expect(dispatcher.dispatch("late")).rejects.toEqual(trainingFailed);
});
