/**
 * A run, put together from its feed.
 *
 * @module
 */
import { type Signal, signal } from "@preact/signals";
import type { Client, Measurement, News, Run, Scorecard } from "../api/answers.ts";
import type { Figures, HistoryRow } from "../api/history.ts";
import type { Session } from "./session.ts";
import { afterProblem, backOff, pause, seenIn, type Watched } from "./watched.ts";

/** What is known of a run. */
export interface RunStory {
  readonly run: Run;
  readonly clients: ReadonlyMap<number, Client>;
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
  const clients = new Map(story?.clients);
  for (const client of news.clients) clients.set(client.client, client);
  return {
    run: news.run,
    clients,
    measurements: [...(story?.measurements ?? []), ...(news.measurements ?? [])],
    events: [...(story?.events ?? []), ...news.events].slice(-MOST_EVENTS),
    scorecard: news.scorecard ?? story?.scorecard ?? null,
    figures: news.figures ?? story?.figures ?? null,
  };
}

/** Watches a run until it has ended, or until it is told to stop. */
export function watchRun({ api, note }: Session, run: string, stop: AbortSignal): Signal<Watched<RunStory>> {
  const watched = signal<Watched<RunStory>>({ kind: "loading" });
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
        if (stop.aborted) return;
        attempts += 1;
        watched.value = afterProblem(watched.value, error);
        note(error);
        if (watched.value.kind === "failed") return;
      }
      if (watched.value.kind === "live" && seenIn(watched.value)?.run.state === "ended") return;
      await pause(backOff(attempts), stop);
    }
  };
  void watch();
  return watched;
}
