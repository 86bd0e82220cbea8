/**
 * The clients of a run of a store, and what they are at.
 *
 * @module
 */
import type { HistoryRow, ReplayedClient, RunOutcome } from "@potluck/scenario";
import type { ClientOverview, RefusedAnswer, TaskOverview } from "@potluck/server";
import type { StoredHistory } from "./stored-history.ts";

type FinalClient = RunOutcome["clients"][number];

/** When it was last seen, and whether it was there, of which the history alone tells. */
type Presence = Pick<ClientOverview, "lastSeen" | "isAvailable" | "isConnected">;

const UNSEEN: Presence = { lastSeen: null, isAvailable: false, isConnected: false };
const AT_NOTHING = { task: null, version: null, isSending: false };

/** The clients of a run that has left a result, as they stood at its end. */
export function finalClients(
  clients: readonly FinalClient[],
  history: StoredHistory | null,
): readonly ClientOverview[] {
  // What comes after the end of a history that was cut off is not in it.
  const seen = history === null || history.isCut ? new Map<number, ReplayedClient>() : history.fleet.clients;
  return clients.map((client) => {
    const { id, tier, examples, timesAsked, timesAnswered, timesUsed, usedSeconds, wastedSeconds } = client;
    const times = { timesAsked, timesAnswered, timesUsed, taskSeconds: usedSeconds + wastedSeconds };
    return { client: id, device: "", tier, examples, ...times, ...presenceOf(seen.get(id)), ...AT_NOTHING };
  });
}

/** The clients of a run without a result, as far as its history leads; what they have is not written there. */
export function replayedClients({ fleet }: StoredHistory, isRunning: boolean): readonly ClientOverview[] {
  return Array.from(fleet.clients, ([client, replayed]) => {
    const { timesAsked, timesAnswered, timesUsed, taskSeconds, task, version } = replayed;
    const times = { timesAsked, timesAnswered, timesUsed, taskSeconds };
    const at = isRunning ? { task, version, isSending: false } : AT_NOTHING;
    return { client, device: "", tier: "", examples: null, ...times, ...presenceOf(replayed), ...at };
  });
}

function presenceOf(client: ReplayedClient | undefined): Presence {
  if (client === undefined) return UNSEEN;
  const { lastSeen, isAvailable } = client;
  return { lastSeen, isAvailable, isConnected: isAvailable };
}

/** The tasks that are out in a run that goes on. */
export function replayedTasks({ fleet }: StoredHistory): readonly TaskOverview[] {
  return Array.from(fleet.clients).flatMap(([client, { task, version }]) =>
    task === null || version === null ? [] : [{ task, client, version }],
  );
}

const REFUSALS = ["late", "abandoned", "invalid"] as const;

/** The answers refused last, the newest first. */
export function replayedRefusals({ last }: StoredHistory): readonly RefusedAnswer[] {
  return last.toReversed().flatMap(refusalIn);
}

function refusalIn([at, what, client, task, , more]: HistoryRow): readonly RefusedAnswer[] {
  if (what !== "refused" || client === null || task === null) return [];
  const [word = "", ...detail] = String(more).split(": ");
  const refusal = REFUSALS.find((one) => one === word);
  return refusal === undefined ? [] : [{ at, client, task, refusal, detail: detail.join(": ") }];
}
