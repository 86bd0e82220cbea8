/**
 * A run, put together from its feed.
 *
 * @module
 */
import { type Signal, signal } from "@preact/signals";
import type { Client, Measurement, News, Run, Scorecard } from "../api/answers.ts";
import type { Figures, HistoryRow } from "../api/history.ts";
import type { Session } from "./session.ts";
import { afterProblem, backOff, pause, type Watched } from "./watched.ts";

/** What is known of a run. */
export interface RunStory {
  readonly run: Run;
  /** Null where it is not known which there are. */
  readonly clients: ReadonlyMap<number, Client> | null;
  readonly measurements: readonly Measurement[];
  /** The last of what has happened, the oldest first. */
  readonly events: readonly HistoryRow[];
  readonly scorecard: Scorecard | null;
  readonly figures: Figures | null;
}

/** So many of the last events are kept. */
const MOST_EVENTS = 1000;

/** The story with what is new; the first line of a feed begins it. */
export function withNews(story: RunStory | null, news: News): RunStory {
  return {
    run: news.run,
    clients: withChanged(story?.clients ?? null, news.clients),
    measurements: [...(story?.measurements ?? []), ...(news.measurements ?? [])],
    events: [...(story?.events ?? []), ...news.events].slice(-MOST_EVENTS),
    scorecard: news.scorecard ?? story?.scorecard ?? null,
    figures: news.figures ?? story?.figures ?? null,
  };
}

function withChanged(before: RunStory["clients"], changed: News["clients"]): RunStory["clients"] {
  if (changed === null) return before;
  const clients = new Map(before);
  for (const client of changed) clients.set(client.client, client);
  return clients;
}

/** What it takes of a session to watch a run. */
interface Watcher extends Pick<Session, "note"> {
  readonly api: Pick<Session["api"], "feed">;
}

/** Watches a run until it has ended, or until it is told to stop. */
export function watchRun({ api, note }: Watcher, run: string, stop: AbortSignal): Signal<Watched<RunStory>> {
  const watched = signal<Watched<RunStory>>({ kind: "loading" });
  const hasEnded = (): boolean => watched.value.kind === "live" && watched.value.value.run.state === "ended";
  /** Reads one feed; gives whether it had anything to say. */
  const read = async (): Promise<boolean> => {
    let story: RunStory | null = null;
    for await (const news of api.feed(run, stop)) {
      story = withNews(story, news);
      watched.value = { kind: "live", value: story };
    }
    return story !== null;
  };
  const watch = async (): Promise<void> => {
    for (let attempts = 0; !stop.aborted;) {
      try {
        attempts = (await read()) ? 0 : attempts + 1;
      } catch (error) {
        // Once the end of a run was told there is nothing to be lost.
        if (stop.aborted || hasEnded()) return;
        attempts += 1;
        watched.value = afterProblem(watched.value, error);
        note(error);
        if (watched.value.kind === "failed") return;
      }
      if (hasEnded()) return;
      await pause(backOff(attempts), stop);
    }
  };
  void watch();
  return watched;
}
