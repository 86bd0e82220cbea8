/**
 * What there is to say of a client.
 *
 * @module
 */
import type { Client } from "../api/answers.ts";
import { count, duration } from "../words/format.ts";

/** What clients do: train; send what came of it; wait for work; be out of touch for a moment, with a place that is kept; be gone. */
export const activities = ["training", "sending", "idle", "waiting", "offline"] as const;
export type Activity = (typeof activities)[number];

/** What a client does. */
export function activityOf({ isAvailable, isConnected, isSending, task }: Client): Activity {
  if (!isAvailable) return "offline";
  if (!isConnected) return "waiting";
  if (task === null) return "idle";
  return isSending ? "sending" : "training";
}

type Order = (clients: readonly Client[]) => readonly Client[];

const by =
  (of: (client: Client) => number): Order =>
  (clients) =>
    clients.toSorted((one, other) => compare(of(one), of(other)) || one.client - other.client);

/** Infinity less itself is no number. */
function compare(one: number, other: number): number {
  return one === other ? 0 : one - other;
}

/** The orders of cells by their names: the hungriest first, the fastest, those at the oldest model, and so on. */
export const orders: Readonly<Record<string, Order>> = {
  hunger: by(({ lastSeen, timesAnswered }) => (timesAnswered === 0 ? -1 : (lastSeen ?? Infinity))),
  speed: by(({ taskSeconds, timesAnswered }) => (timesAnswered === 0 ? Infinity : taskSeconds / timesAnswered)),
  staleness: by(({ version }) => version ?? Infinity),
  data: by(({ examples }) => -(examples ?? 0)),
  answers: by(({ timesAnswered }) => -timesAnswered),
  number: by(({ client }) => client),
};

const DOES: Readonly<Record<Activity, string>> = {
  training: "is training",
  sending: "is sending its answer",
  idle: "is there and has nothing to do",
  waiting: "is out of touch for a moment; its place is kept",
  offline: "is gone",
};

/** The story of a client at the instant `now`. */
export function storyOf(client: Client, now: number): string {
  const { client: number, tier, examples, timesAsked, timesAnswered, lastSeen, isRevoked, version } = client;
  const kind = tier === "" ? "" : `, a ${tier} device`;
  const does = isRevoked ? "was sent away for good" : DOES[activityOf(client)];
  const from = version === null || isRevoked ? "" : `, from version ${count(version)}`;
  const has = examples === null ? "" : ` with ${count(examples)} examples`;
  const asked = `Asked ${count(timesAsked)} times, it has answered ${count(timesAnswered)}`;
  // What nobody wrote down is not said.
  if (lastSeen === null) return `Client ${number}${kind}${has}. ${asked}.`;
  const ago = duration(Math.max(0, now - lastSeen));
  return `Client ${number}${kind}${has}, ${does}${from}. ${asked}; it last joined or answered ${ago} ago.`;
}
