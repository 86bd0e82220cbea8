/**
 * A run as the coordinator sees it: its thread does the work, and tells what comes of it.
 *
 * @module
 */
import { type ClientId, type ClientProfile, ownState, present, type TaskId } from "@potluck/core";
import type { Acknowledgement, BlobName } from "@potluck/protocol";
import type { Ending, Progress, RunResult, Standing } from "@potluck/scenario";
import type { HostedEvent } from "../store/journal.ts";
import type { RunRecord } from "../store/registry.ts";
import type { RefusedAnswer } from "./answer-tally.ts";
import type { HistoryPage, LastEvents } from "./run-history.ts";
import type { EnrolledDevice, OpenTask, RunStatus, RunThreadSetup } from "./thread/messages.ts";
import { type RunNews, startRunThread } from "./thread/run-thread.ts";

/** Who hears of a run, once what led to it is durable and the run's own view says so. */
export interface RunListener {
  readonly onAssigned: (task: OpenTask) => void;
  readonly onRecalled: (client: ClientId, task: TaskId) => void;
  /** What became of an answer; null where nothing is known of it, which came too late. */
  readonly onAnswered: (client: ClientId, task: TaskId, answer: Acknowledgement | null) => void;
  /** No task is given out, or they are again. */
  readonly onPaused: (isPaused: boolean) => void;
  readonly onMeasured: (progress: Progress) => void;
  readonly onEnded: () => void;
  /** It cannot go on. */
  readonly onFailed: (error: Error) => void;
}

/** What is known of a run outside of its thread, a moment later than there. */
export interface RunView {
  /** The client that each device is. */
  readonly members: ReadonlyMap<string, ClientId>;
  /** The clients that are there. */
  readonly present: ReadonlySet<ClientId>;
  /** The task of each client that has one. */
  readonly open: ReadonlyMap<ClientId, OpenTask>;
  /** What became of the last answer of each client. */
  readonly answers: ReadonlyMap<ClientId, Acknowledgement>;
  /** How many answers of each client have counted since it is hosted. */
  readonly accepted: ReadonlyMap<ClientId, number>;
  /** Whether no task is given out. */
  readonly isPaused: boolean;
  readonly status: RunStatus;
  /** The last measurement. */
  readonly progress: Progress | null;
  /** Null while it goes on. */
  readonly ended: { readonly ending: Ending | null } | null;
}

/** A run that is hosted. */
export interface HostedRun {
  readonly record: RunRecord;
  readonly view: RunView;
  /** What is trained, for clients. */
  readonly job: BlobName;
  /** The model that the job names. */
  readonly model: BlobName;
  /** The run begins once so many clients are there: as many as were asked for, and as the plan needs. */
  readonly startClients: number;
  /** Versions that the plan will publish. */
  readonly versions: number;
  /** Tells it what has happened. */
  readonly happened: (event: HostedEvent) => void;
  /** Makes devices known, as clients from 0 on; does nothing where some are. */
  readonly enrol: (devices: readonly EnrolledDevice[]) => Promise<void>;
  /** A device is there, and holds what it was sent before or begins anew. Its number. */
  readonly joined: (device: string, profile: ClientProfile, anew: boolean) => Promise<ClientId>;
  /** Begins with whoever is there, unless it has begun. */
  readonly start: () => void;
  /** Lets its clock stand still and gives out no task, until it is resumed. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it; null is an interruption for good. */
  readonly end: (ending: Ending | null) => void;
  /** What it leaves behind so far. */
  readonly result: () => Promise<RunResult>;
  /** What its clients say of themselves. */
  readonly profiles: () => Promise<readonly Standing[]>;
  /** The answers refused last, the newest first. */
  readonly refusals: () => Promise<readonly RefusedAnswer[]>;
  /** The last of what has happened after an event of a number. */
  readonly events: (after: number) => Promise<LastEvents>;
  /** What has happened after a place, some of it. */
  readonly history: (after: number) => Promise<HistoryPage>;
  /** Stops it. It goes on when it is hosted again. */
  readonly close: () => Promise<void>;
}

/** Hosts a run of the coordinator in a folder. Rejects with the faults of its scenario, its journal and its plan. */
export async function hostedRun(setup: RunThreadSetup, listener: RunListener): Promise<HostedRun> {
  const view = emptyView();
  const thread = startRunThread(setup, {
    onNews: (news) => {
      const before = news.kind === "presence" ? view.open.get(news.client) : undefined;
      see(view, news);
      tell(listener, news);
      // The task of a client that has gone is lost.
      if (before !== undefined && !view.open.has(before.client)) listener.onRecalled(before.client, before.task.id);
    },
    onFailed: listener.onFailed,
  });
  const { job, model, startClients, versions } = await thread.ready;
  // What was told of earlier answers does not count.
  view.accepted.clear();
  return {
    record: setup.record,
    view,
    job,
    model,
    startClients,
    versions,
    happened: (event) => thread.say({ kind: "happened", event }),
    enrol: async (devices) => {
      await thread.ask({ kind: "enrol", devices });
    },
    joined: async (device, profile, anew) => {
      await thread.ask({ kind: "join", device, profile, anew });
      return present(view.members.get(device), "the client of a device");
    },
    start: () => thread.say({ kind: "start" }),
    pause: () => thread.say({ kind: "pause" }),
    resume: () => thread.say({ kind: "resume" }),
    end: (ending) => thread.say({ kind: "end", ending }),
    result: async () => ownState<RunResult>(await thread.ask({ kind: "result" })),
    profiles: async () => ownState<readonly Standing[]>(await thread.ask({ kind: "profiles" })),
    refusals: async () => ownState<readonly RefusedAnswer[]>(await thread.ask({ kind: "refusals" })),
    events: async (after) => ownState<LastEvents>(await thread.ask({ kind: "events", after })),
    history: async (after) => ownState<HistoryPage>(await thread.ask({ kind: "history", after })),
    close: async () => {
      // One that has failed ends by itself.
      await thread.ask({ kind: "close" }).catch(() => {});
      await thread.gone;
    },
  };
}

interface View {
  readonly members: Map<string, ClientId>;
  readonly present: Set<ClientId>;
  readonly open: Map<ClientId, OpenTask>;
  readonly answers: Map<ClientId, Acknowledgement>;
  readonly accepted: Map<ClientId, number>;
  isPaused: boolean;
  status: RunStatus;
  progress: Progress | null;
  ended: RunView["ended"];
}

function emptyView(): View {
  return {
    members: new Map(),
    present: new Set(),
    open: new Map(),
    answers: new Map(),
    accepted: new Map(),
    isPaused: false,
    status: NO_STATUS,
    progress: null,
    ended: null,
  };
}

const NO_STATUS: RunStatus = {
  entries: 0,
  at: 0,
  started: null,
  versions: 0,
  answers: { accepted: 0, late: 0, abandoned: 0 },
  invalid: {},
  bytesUp: 0,
  bytesDown: 0,
};

function see(view: View, news: RunNews): void {
  switch (news.kind) {
    case "member":
      view.members.set(news.device, news.client);
      return;
    case "presence":
      if (news.isThere) view.present.add(news.client);
      else {
        view.present.delete(news.client);
        view.open.delete(news.client);
      }
      return;
    case "assign":
      view.open.set(news.client, news);
      return;
    case "recall":
      close(view, news.client, news.task);
      return;
    case "answered":
      close(view, news.client, news.task);
      if (news.answer !== null) view.answers.set(news.client, news.answer);
      if (news.answer?.outcome === "accepted") {
        view.accepted.set(news.client, (view.accepted.get(news.client) ?? 0) + 1);
      }
      return;
    case "paused":
      view.isPaused = news.isPaused;
      return;
    case "measured":
      view.progress = news.progress;
      return;
    case "status":
      view.status = news.status;
      return;
    case "ended":
      view.ended = { ending: news.ending };
      return;
  }
}

function close({ open }: View, client: ClientId, task: TaskId): void {
  if (open.get(client)?.task.id === task) open.delete(client);
}

function tell(listener: RunListener, news: RunNews): void {
  switch (news.kind) {
    case "assign":
      return listener.onAssigned(news);
    case "recall":
      return listener.onRecalled(news.client, news.task);
    case "answered":
      return listener.onAnswered(news.client, news.task, news.answer);
    case "paused":
      return listener.onPaused(news.isPaused);
    case "measured":
      return listener.onMeasured(news.progress);
    case "ended":
      return listener.onEnded();
    case "member":
    case "presence":
    case "status":
      return;
  }
}
