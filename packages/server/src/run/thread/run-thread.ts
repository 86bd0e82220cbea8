/**
 * The thread of a run, from outside: what it tells, and questions that it answers.
 *
 * @module
 */
import { Fault, InvariantViolation } from "@potluck/core";
import { Worker } from "node:worker_threads";
import type { FromRun, PlainFault, Question, RunThreadSetup, ToRun } from "./messages.ts";

/** What a thread tells of its run while it goes on. */
export type RunNews = Exclude<FromRun, { readonly kind: "ready" | "failed" | "answer" }>;

/** What a thread tells once it is ready. */
export type RunReady = FromRun & { readonly kind: "ready" };

/** Who hears of a thread. */
export interface RunThreadListener {
  readonly onNews: (news: RunNews) => void;
  /** It cannot go on; told once. */
  readonly onFailed: (error: Error) => void;
}

/** A thread. */
export interface RunThread {
  /** Rejects where it cannot begin. */
  readonly ready: Promise<RunReady>;
  readonly say: (message: ToRun) => void;
  /** Its answer; rejects where it cannot go on. */
  readonly ask: (question: Question) => Promise<unknown>;
  /** Resolves when it has ended. */
  readonly gone: Promise<null>;
}

/** The thread's file lies beside this one and is in the same language. */
const WORKER_FILE = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** Starts the thread of a run. */
export function startRunThread(setup: RunThreadSetup, { onNews, onFailed }: RunThreadListener): RunThread {
  const worker = new Worker(WORKER_FILE, { name: `potluck run ${setup.record.name}`, execArgv: [], workerData: setup });
  const questions = new Map<number, PromiseWithResolvers<unknown>>();
  const ready = Promise.withResolvers<RunReady>();
  const gone = Promise.withResolvers<null>();
  let failure: Error | null = null;
  const fail = (error: Error): void => {
    if (failure !== null) return;
    failure = error;
    ready.reject(error);
    for (const { reject } of questions.values()) reject(error);
    questions.clear();
    onFailed(error);
  };
  worker.on("message", (message: FromRun) => {
    if (message.kind === "ready") return ready.resolve(message);
    if (message.kind === "failed") return fail(errorOf(message.fault));
    if (message.kind !== "answer") return onNews(message);
    questions.get(message.number)?.resolve(message.value);
    questions.delete(message.number);
  });
  worker.on("error", (error) => fail(error instanceof Error ? error : new Error(String(error))));
  worker.on("exit", () => {
    if (questions.size > 0) fail(new InvariantViolation("the thread of a run has ended before it was told to"));
    gone.resolve(null);
  });
  const say = (message: ToRun): void => worker.postMessage(message, []);
  let asked = 0;
  return {
    ready: ready.promise,
    say,
    ask: async (question) => {
      if (failure !== null) throw failure;
      const number = asked++;
      const answer = Promise.withResolvers<unknown>();
      questions.set(number, answer);
      say({ kind: "ask", number, question });
      return answer.promise;
    },
    gone: gone.promise,
  };
}

function errorOf({ code, message, remedy }: PlainFault): Error {
  return code === null ? new InvariantViolation(message) : new Fault(code, message, remedy);
}
