/**
 * The Lab: what is chosen, and what has come of it so far. The simulation runs in a worker of its own.
 *
 * @module
 */
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Client, Measurement, Scorecard } from "../api/answers.ts";
import { documentsOf, type LabChoice } from "../lab/choice.ts";
import type { LabNews, LabPart, LabProblem, LabRequest, PlanEnding } from "../lab/messages.ts";

/** What has come of a plan so far. */
export interface PlanStory {
  readonly title: string;
  /** Seconds of virtual time. */
  readonly now: number;
  readonly measurements: readonly Measurement[];
  readonly clients: ReadonlyMap<number, Client>;
  readonly scorecard: Scorecard | null;
  readonly ending: PlanEnding | null;
  readonly problem: LabProblem | null;
}

/** A run of all plans. */
export interface LabRun {
  readonly run: number;
  /** What was chosen when it began. */
  readonly choice: LabChoice;
  readonly isPaused: boolean;
  readonly plans: readonly PlanStory[];
}

/** The Lab. */
export interface Lab {
  readonly choice: Signal<LabChoice>;
  /** Null until the worker is there. */
  readonly parts: ReadonlySignal<readonly LabPart[] | null>;
  /** What is wrong with each of the plans; null for nothing. */
  readonly problems: ReadonlySignal<readonly (LabProblem | null)[]>;
  readonly run: ReadonlySignal<LabRun | null>;
  /** Why the worker cannot be used; null where it can. */
  readonly broken: ReadonlySignal<string | null>;
  readonly start: () => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
  /** Ends the worker and all that it does. */
  readonly close: () => void;
}

/** Whether any plan of a run still goes on. */
export function isGoingOn({ plans }: LabRun): boolean {
  return plans.some(({ ending, problem }) => ending === null && problem === null);
}

const LOST = "The program that simulates could not be loaded, or has ended. Load the page anew.";

/** A Lab in which something is chosen already. */
export function openLab(chosen: LabChoice): Lab {
  const choice = signal(chosen);
  const parts = signal<readonly LabPart[] | null>(null);
  const problems = signal<readonly (LabProblem | null)[]>([]);
  const run = signal<LabRun | null>(null);
  const broken = signal<string | null>(null);
  // Spelled out like this, bundlers see that the worker's file is a program of its own.
  const worker = new Worker(new URL("../lab/worker.ts", import.meta.url), { type: "module", name: "potluck lab" });
  const ask = (request: LabRequest): void => worker.postMessage(request, []);
  const later = inBatches<PlanNews>((batch) => {
    const own = batch.filter((news) => news.run === run.value?.run);
    if (run.value !== null && own.length > 0) run.value = own.reduce(withNews, run.value);
  });
  let checks = 0;
  worker.addEventListener("error", () => (broken.value = LOST));
  worker.addEventListener("message", ({ data: news }: MessageEvent<LabNews>) => {
    if (news.kind === "catalogue") parts.value = news.parts;
    else if (news.kind === "checked") {
      if (news.check === checks) problems.value = news.problems;
    } else later(news);
  });
  ask({ kind: "open", digits: new URL("mnist/", location.href).href, threads: navigator.hardwareConcurrency });
  const quit = effect(() => ask({ kind: "check", check: ++checks, documents: documentsOf(choice.value) }));
  const setPaused = (isPaused: boolean): void => {
    ask({ kind: isPaused ? "pause" : "resume" });
    if (run.value !== null) run.value = { ...run.value, isPaused };
  };
  return {
    choice,
    parts,
    problems,
    run,
    broken,
    start: () => {
      const next = (run.value?.run ?? 0) + 1;
      run.value = { run: next, choice: choice.value, isPaused: false, plans: choice.value.plans.map(untold) };
      ask({ kind: "run", run: next, documents: documentsOf(choice.value), seed: choice.value.seed });
    },
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    stop: () => ask({ kind: "stop" }),
    close: () => {
      quit();
      worker.terminate();
    },
  };
}

/** What is told together is shown together, so that the page draws no more often than people see. */
const BATCH_MILLISECONDS = 200;

/** Collects what it is given, and gives it on from time to time. */
function inBatches<T>(take: (batch: readonly T[]) => void): (one: T) => void {
  let batch: T[] = [];
  const give = (): void => {
    const given = batch;
    batch = [];
    take(given);
  };
  return (one) => {
    if (batch.length === 0) setTimeout(give, BATCH_MILLISECONDS);
    batch.push(one);
  };
}

function untold({ title }: { readonly title: string }): PlanStory {
  return { title, now: 0, measurements: [], clients: new Map(), scorecard: null, ending: null, problem: null };
}

type PlanNews = Extract<LabNews, { readonly plan: number }>;

/** The run with what is new of one of its plans. */
function withNews(run: LabRun, news: PlanNews): LabRun {
  return { ...run, plans: run.plans.map((story, at) => (at === news.plan ? storyWith(story, news) : story)) };
}

function storyWith(story: PlanStory, news: PlanNews): PlanStory {
  switch (news.kind) {
    case "seen": {
      const { now, measurements, clients, scorecard } = news.sight;
      return {
        ...story,
        now,
        measurements: [...story.measurements, ...measurements],
        clients: new Map(clients.map((client) => [client.client, client])),
        scorecard,
      };
    }
    case "ended":
      return { ...story, ending: news.ending, scorecard: news.ending.scorecard };
    case "failed":
      return { ...story, problem: news.problem };
  }
}
