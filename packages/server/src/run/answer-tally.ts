/**
 * What became of the answers to a run: how many, and of those refused last the reasons. Plain data, made from the run's journal alone.
 *
 * @module
 */
import type { ClientId, Command, FleetEvent, Refusal, RefusalRule, Seconds, TaskId } from "@potluck/core";

/** An answer that was refused. */
export interface RefusedAnswer {
  /** Seconds of the run's clock. */
  readonly at: Seconds;
  readonly client: ClientId;
  readonly task: TaskId;
  readonly refusal: Refusal;
  readonly detail: string;
}

/** What became of answers. */
export interface AnswerTally {
  /** Taken in; of them those are abandoned whose round came to nothing, be it at once. */
  accepted: number;
  late: number;
  abandoned: number;
  /** Those that break a rule, by the rule. */
  readonly invalid: Map<RefusalRule, number>;
  /** Those refused last, the oldest first. */
  refused: readonly RefusedAnswer[];
}

/** So many of those that were refused are remembered. */
const MAX_REFUSED = 100;

/** Nothing has been answered yet. */
export function noAnswers(): AnswerTally {
  return { accepted: 0, late: 0, abandoned: 0, invalid: new Map(), refused: [] };
}

/** Counts what the plan made of an event. */
export function noteAnswers(tally: AnswerTally, at: Seconds, event: FleetEvent, commands: readonly Command[]): void {
  let isTaken = event.kind === "update";
  for (const command of commands) {
    if (command.kind !== "refuse") continue;
    const isOwn = event.kind === "update" && command.task === event.task;
    if (isOwn && command.refusal !== "abandoned") isTaken = false;
    noteRefused(tally, at, command);
  }
  if (isTaken) tally.accepted += 1;
}

function noteRefused(tally: AnswerTally, at: Seconds, command: Command & { readonly kind: "refuse" }): void {
  const { client, task, refusal, rule = "payload", detail } = command;
  if (refusal === "invalid") tally.invalid.set(rule, (tally.invalid.get(rule) ?? 0) + 1);
  else tally[refusal] += 1;
  tally.refused = [...tally.refused.slice(1 - MAX_REFUSED), { at, client, task, refusal, detail }];
}
