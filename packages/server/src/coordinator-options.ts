/**
 * What a coordinator is told, and the runs that it hosts.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { Progress, RunResult } from "@potluck/scenario";
import type { Certificate } from "./http/listener.ts";
import type { PagesFolder } from "./http/pages.ts";
import type { Log } from "./log.ts";
import type { HostedRun } from "./run/hosted-run.ts";
import type { EnrolledDevice } from "./run/thread/messages.ts";
import type { Limits } from "./socket/limits.ts";
import type { RunRecord } from "./store/registry.ts";

/** How to coordinate. */
export interface CoordinatorOptions {
  /** Where everything is kept; made if there is none. Runs that are there and have not ended go on. */
  readonly folder: string;
  readonly host?: string;
  /** 0, by default, for any that is free. */
  readonly port?: number;
  /** For HTTPS; plain HTTP by default. */
  readonly tls?: Certificate;
  /** How often clients have to be heard of, 5 seconds by default, and after how much silence they are gone, 30 by default. */
  readonly heartbeatSeconds?: Seconds;
  readonly silenceSeconds?: Seconds;
  /** Whether devices are let in without a token; not by default. */
  readonly isOpen?: boolean;
  /** Pages of these origins ("https://lab.example") may speak with it, besides its own. */
  readonly origins?: readonly string[];
  /** Whether `/metrics` is read without a key; not by default. */
  readonly openMetrics?: boolean;
  /** Whether everybody sees how the runs are, without a key; not by default. */
  readonly openStatus?: boolean;
  /** Where the pages of the client are, asked for when somebody wants to see them; left out to serve none. */
  readonly pages?: PagesFolder;
  /** Where the studio is, likewise; left out for a plain page in its place. */
  readonly studio?: PagesFolder;
  /** Makes the report of a run as an HTML page; left out to serve none. */
  readonly report?: (run: RunRecord, result: RunResult) => Promise<string>;
  /** How much is taken from outside. */
  readonly limits?: Partial<Limits>;
  readonly log?: Log;
  readonly onMeasured?: (run: RunRecord, progress: Progress) => void;
}

/** A run to begin. */
export interface RunRequest {
  /** Its scenario as a JSON document. */
  readonly document: string;
  /** A whole number in [0, 2^53). */
  readonly seed: number;
  /** It begins once so many clients are there, 1 by default; no fewer than its plan needs. */
  readonly startClients?: number;
  /** Its clients, where they are those of the scenario: device k is client k, and holds what the partition gives client k. */
  readonly rehearsal?: readonly EnrolledDevice[];
}

/** A run of a coordinator. */
export interface CoordinatedRun extends HostedRun {
  /** How many devices are connected. */
  readonly connected: () => number;
  /** Resolves when it has ended; rejects where it cannot go on, with the fault. */
  readonly whenEnded: Promise<null>;
}
