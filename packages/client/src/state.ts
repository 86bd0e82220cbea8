/**
 * What a participant is at, as data and in words.
 *
 * @module
 */
import type { ClientId } from "@potluck/core";
import type { Outcome } from "@potluck/protocol";
import { bytes } from "./byte-size.ts";
import type { Obstacle, Shortage } from "./limits.ts";

/** What a participant is at. */
export type ParticipantState =
  /** It has failed so often in a row; it goes on trying. */
  | { readonly kind: "connecting"; readonly failures: number }
  /** It is in: its number in the run, what the run is called, and how large the file of its model is. */
  | { readonly kind: "joined"; readonly client: ClientId; readonly job: string; readonly modelBytes: number }
  | { readonly kind: "waiting" }
  | { readonly kind: "fetching" | "training" | "sending"; readonly task: number }
  /** What became of its answer to a task. */
  | { readonly kind: "answered"; readonly task: number; readonly outcome: Outcome }
  /** A task could not be carried out. */
  | { readonly kind: "failed"; readonly task: number; readonly reason: string }
  /** Its owner's limits do not let it train now; it comes back. */
  | { readonly kind: "resting"; readonly obstacle: Obstacle }
  | { readonly kind: "ended" };

/** The same in words that go on from "this device …". */
export function stateWords(state: ParticipantState): string {
  switch (state.kind) {
    case "connecting":
      return state.failures === 0 ? "connects" : `cannot reach the coordinator, and tries on (${state.failures})`;
    case "joined":
      return `takes part in "${state.job}" as client ${state.client}`;
    case "waiting":
      return "waits for work";
    case "fetching":
      return `fetches the model for task ${state.task}`;
    case "training":
      return `trains on its own examples for task ${state.task}`;
    case "sending":
      return `sends what it has learned for task ${state.task}`;
    case "answered":
      return answeredWords(state.outcome, state.task);
    case "failed":
      return `could not carry out task ${state.task}: ${state.reason}`;
    case "resting":
      return `rests: ${obstacleWords(state.obstacle)}`;
    case "ended":
      return "takes part no longer";
  }
}

function answeredWords(outcome: Outcome, task: number): string {
  const words: Readonly<Record<Outcome, string>> = {
    accepted: "has helped",
    late: "was too late",
    invalid: "sent an answer that breaks a rule",
    abandoned: "sent an answer that was not needed any more",
  };
  return `${words[outcome]}: task ${task}`;
}

/** Why a device may not train, in words; with the sizes, where too little is left and they are known. */
export function obstacleWords(obstacle: Obstacle, shortage?: Shortage): string {
  const words: Readonly<Record<Obstacle, string>> = {
    "in-use": "it is in use",
    hidden: "the page is not seen",
    "on-battery": "it runs on its battery",
    metered: "its connection is paid by the byte, or saves data",
    "time-spent": "it has trained for as long as its owner allows",
    "bytes-spent": "it has moved as many bytes as its owner allows",
    "bytes-short":
      shortage === undefined
        ? "what comes next takes more bytes than are left of what you allowed"
        : `what comes next takes ${bytes(shortage.bytes)}, and ${bytes(shortage.left)} are left of what you allowed`,
  };
  return words[obstacle];
}
