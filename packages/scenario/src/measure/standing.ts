/**
 * How a client stands in a run.
 *
 * @module
 */
import { type ClientId, type Machine, numberOf, type Seconds } from "@potluck/core";

/** What a client says of itself, as its run knows it, and what has come of it. */
export interface Standing {
  readonly client: ClientId;
  readonly tier: string;
  readonly examples: number;
  /** Tasks that it was given, and those that it has answered. */
  readonly timesAsked: number;
  readonly timesAnswered: number;
  /** Answers that went into a model. */
  readonly timesUsed: number;
  /** How long its tasks took in all, those that came to nothing among them. */
  readonly taskSeconds: Seconds;
  /** When it last joined or answered, in seconds of the run. */
  readonly lastSeen: Seconds;
}

/** How a client stands. Throws InvariantViolation for one that never joined. */
export function standingOf({ fleet, ledger }: Pick<Machine, "fleet" | "ledger">, client: ClientId): Standing {
  const { profile, timesAsked, timesAnswered, lastSeen } = fleet.client(client);
  const { tier, examples } = profile;
  const timesUsed = numberOf(ledger, client, "timesUsed");
  const taskSeconds = numberOf(ledger, client, "usedSeconds") + numberOf(ledger, client, "wastedSeconds");
  return { client, tier, examples, timesAsked, timesAnswered, timesUsed, taskSeconds, lastSeen };
}
