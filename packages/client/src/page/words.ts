/**
 * What the page says of a device that takes part.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { bytes } from "../byte-size.ts";
import type { Contribution, Ending, ParticipantState } from "../index.ts";
import { obstacleWords } from "../state.ts";
import type { Invitation } from "./invitation.ts";

/** How a state looks: at work, waiting for work, held up, or away. */
export type Mood = "working" | "waiting" | "resting" | "away";

/** A state in a sentence, how it looks, and whether it is news to those who only listen. */
export interface Saying {
  readonly text: string;
  readonly mood: Mood;
  readonly isNews: boolean;
}

const OFFLINE = "This device is offline. It goes on by itself once it is connected.";

/** What a state means for whoever looks on; null for one that says nothing new. */
export function sayingOf(state: ParticipantState, host: string, isOnline: boolean): Saying | null {
  switch (state.kind) {
    case "connecting": {
      if (!isOnline) return { text: OFFLINE, mood: "away", isNews: true };
      if (state.failures === 0) return { text: `Connects to ${host}.`, mood: "waiting", isNews: false };
      const text = `Cannot reach ${host}. It tries again by itself.`;
      return { text, mood: "away", isNews: state.failures === 1 };
    }
    case "joined":
      return { text: "Takes part, and waits for work.", mood: "waiting", isNews: true };
    case "waiting":
      return { text: "Waits for its next task.", mood: "waiting", isNews: false };
    case "fetching":
      return { text: "Fetches the model.", mood: "working", isNews: false };
    case "training":
      return { text: "Trains on your examples.", mood: "working", isNews: false };
    case "sending":
      return { text: "Sends what it has learned.", mood: "working", isNews: false };
    case "answered":
      return state.outcome === "accepted" ? null : { text: UNUSED[state.outcome], mood: "waiting", isNews: false };
    case "failed":
      return { text: `Could not do its last task: ${state.reason}.`, mood: "waiting", isNews: false };
    case "resting":
      return { text: `Rests: ${obstacleWords(state.obstacle)}. It goes on by itself.`, mood: "resting", isNews: true };
    case "ended":
      return null;
  }
}

const UNUSED = {
  late: "Its last answer came too late to count.",
  abandoned: "Its last answer was not needed any more.",
  invalid: "Its last answer was refused: it breaks a rule.",
} as const;

/** How it ended, whether that is as it should be, and what may be done now. */
export interface Farewell {
  readonly title: string;
  readonly remedy: string;
  readonly isWell: boolean;
}

/** How a part in a run ended in which so many answers of the device counted. */
export function farewellOf(ending: Ending, answers: number): Farewell {
  switch (ending.kind) {
    case "left":
      return { title: "You have left. Thank you.", remedy: "Nothing is trained here any more.", isWell: true };
    case "spent":
      return spentFarewell(ending, answers);
    case "sent-home":
      if (ending.code === "run-ended") {
        return { title: "It is over. Thank you.", remedy: sentence(ending.detail), isWell: true };
      }
      return {
        title: "The coordinator does not let this device in",
        remedy: `${sentence(ending.detail)} Whoever sent the link can tell why, and may send another.`,
        isWell: false,
      };
  }
}

/** What stands against starting, before anything was tried, and what may be done; null for nothing. */
export function objectionTo(invitation: Invitation): Omit<Farewell, "isWell"> | null {
  if ("refusal" in invitation) {
    const { code, detail } = invitation.refusal;
    const title = code === "token-missing" ? "This link lets no new device in" : "This link is not good";
    return { title, remedy: `${sentence(detail)} A device that has taken part before may start all the same.` };
  }
  if (invitation.names.length > 0) return null;
  return {
    title: "No run goes on",
    remedy: "This link leads into no run that goes on now. Whoever sent it can tell more.",
  };
}

/** Nobody is thanked for what did not come to count. */
function spentFarewell({ obstacle, shortage }: Ending & { readonly kind: "spent" }, answers: number): Farewell {
  const why = sentence(obstacleWords(obstacle, shortage));
  const isShort = obstacle === "bytes-short";
  if (answers > 0) {
    const reached = isShort ? "You have come to your limit." : "You have given what you wanted.";
    return { title: `${reached} Thank you.`, remedy: why, isWell: true };
  }
  return isShort
    ? { title: "Your limit is too small for this", remedy: `${why} Allow more to take part.`, isWell: false }
    : { title: "Your limit is used up", remedy: `${why} No answer of this device counts so far.`, isWell: true };
}

/** What went wrong, and what to do about it. */
export function mishapOf(error: unknown): Farewell {
  const said = error instanceof Error ? error.message : String(error);
  return {
    title: "This device cannot take part",
    remedy: `${sentence(said)} ${error instanceof Fault ? error.remedy : "Load the page again."}`,
    isWell: false,
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/[.]$/u, "")}.`;
}

/** Nothing yet. */
export const nothingGiven: Contribution = {
  answers: 0,
  examples: 0,
  trainingSeconds: 0,
  bytesUp: 0,
  bytesDown: 0,
  download: null,
};

/** What was given, in rows of name, value and field. */
export function givenRows(given: Contribution): readonly (readonly [string, string, keyof Contribution])[] {
  return [
    ["answers that count", count(given.answers), "answers"],
    ["examples trained on", count(given.examples), "examples"],
    ["time of training", duration(given.trainingSeconds), "trainingSeconds"],
    ["sent", bytes(given.bytesUp), "bytesUp"],
    ["fetched", bytes(given.bytesDown), "bytesDown"],
  ];
}

/** A whole number. */
function count(value: number): string {
  return value.toLocaleString("en");
}

/** A length of time: "12 s", "3 min 20 s". */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${count(Math.floor(whole / 60))} min ${whole % 60} s`;
}
