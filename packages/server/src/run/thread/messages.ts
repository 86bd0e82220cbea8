/**
 * What passes between a coordinator and the thread of a run: plain data, in order, each way.
 *
 * @module
 */
import type { ClientId, ClientProfile, FaultCode, Seconds, TaskId } from "@potluck/core";
import type { Acknowledgement, BlobName, WireTask } from "@potluck/protocol";
import type { Ending, Progress } from "@potluck/scenario";
import type { HostedEvent } from "../../store/journal.ts";
import type { AnswerTally } from "../answer-tally.ts";
import type { RunRecord } from "../../store/registry.ts";

/** With what a thread begins. */
export interface RunThreadSetup {
  /** The folder of the coordinator. */
  readonly folder: string;
  readonly record: RunRecord;
}

/** A device that is known before it joins. */
export interface EnrolledDevice {
  /** Its public key in hexadecimal. */
  readonly device: string;
  readonly profile: ClientProfile;
}

/** What a thread is asked; it answers each with the same number. */
export type Question =
  /** Makes devices known, as clients from 0 on, before anybody has joined. */
  | { readonly kind: "enrol"; readonly devices: readonly EnrolledDevice[] }
  | { readonly kind: "join"; readonly device: string; readonly profile: ClientProfile; readonly anew: boolean }
  | { readonly kind: "result" }
  | { readonly kind: "profiles" }
  | { readonly kind: "refusals" }
  /** The last events after one of a number. */
  | { readonly kind: "events"; readonly after: number }
  /** What has happened after a place. */
  | { readonly kind: "history"; readonly after: number }
  | { readonly kind: "close" };

/** What a thread is told. */
export type ToRun =
  | { readonly kind: "happened"; readonly event: HostedEvent }
  | { readonly kind: "start" | "pause" | "resume" }
  | { readonly kind: "end"; readonly ending: Ending | null }
  | { readonly kind: "ask"; readonly number: number; readonly question: Question };

/** A task that is out: as it is sent, and the most bytes that its answer may have. */
export interface OpenTask {
  readonly client: ClientId;
  readonly task: WireTask;
  readonly mostBytes: number;
}

/** How far a run is. */
export interface RunStatus {
  /** Entries of its journal, and the instant of the last one. */
  readonly entries: number;
  readonly at: Seconds;
  /** When it was started, in seconds since 1970; null before. */
  readonly started: Seconds | null;
  readonly versions: number;
  /** What became of answers; of those that break a rule by the rule. */
  readonly answers: Readonly<Pick<AnswerTally, "accepted" | "late" | "abandoned">>;
  readonly invalid: Readonly<Record<string, number>>;
  /** Encoded bytes of answers, and of models that were fetched for tasks. */
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** What a thread tells. */
export type FromRun =
  | {
      readonly kind: "ready";
      readonly job: BlobName;
      /** The model that the job names. */
      readonly model: BlobName;
      readonly startClients: number;
      /** Versions that the plan will publish. */
      readonly versions: number;
    }
  | { readonly kind: "member"; readonly device: string; readonly client: ClientId }
  | { readonly kind: "presence"; readonly client: ClientId; readonly isThere: boolean }
  | ({ readonly kind: "assign" } & OpenTask)
  /** The task is not wanted any more. */
  | { readonly kind: "recall"; readonly client: ClientId; readonly task: TaskId }
  /** The task is not open any more, or never was; null where nothing is known of an answer to it. */
  | {
      readonly kind: "answered";
      readonly client: ClientId;
      readonly task: TaskId;
      readonly answer: Acknowledgement | null;
    }
  | { readonly kind: "paused"; readonly isPaused: boolean }
  | { readonly kind: "measured"; readonly progress: Progress }
  | { readonly kind: "status"; readonly status: RunStatus }
  | { readonly kind: "ended"; readonly ending: Ending | null }
  | { readonly kind: "answer"; readonly number: number; readonly value: unknown }
  | { readonly kind: "failed"; readonly fault: PlainFault };

/** An error as plain data; code is null for what is a mistake in Potluck. */
export interface PlainFault {
  readonly code: FaultCode | null;
  readonly message: string;
  readonly remedy: string;
}
