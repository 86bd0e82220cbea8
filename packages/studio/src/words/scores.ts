/**
 * The scores of a run in words: what each number means here.
 *
 * @module
 */
import type { Scorecard } from "../api/answers.ts";
import { bytes, decimal, duration, NONE, percent } from "./format.ts";

/** A score that can be shown. */
export interface Score {
  /** The field of the scorecard, such as "delay.idleShare". */
  readonly field: string;
  readonly name: string;
  readonly value: string;
  readonly sentence: string;
  /** Whether it says nothing: of what happens seldom, that it did not happen. */
  readonly isSilent: boolean;
}

/** An enemy with its scores. */
export interface EnemyScores {
  readonly enemy: string;
  readonly question: string;
  readonly scores: readonly Score[];
}

interface ScoreText {
  readonly field: string;
  readonly name: string;
  readonly format: (value: number) => string;
  readonly sentence: (value: string) => string;
  /** What is said where there is no number. */
  readonly absent?: string;
  /** What happens seldom: it is worth a line where it has happened. */
  readonly isSeldom?: true;
}

const NOBODY = "Nothing was used yet.";
const UNMEASURED = "It is not measured in this run.";

const STARVATION: readonly ScoreText[] = [
  {
    field: "clientsNeverUsed",
    name: "never used",
    format: decimal,
    sentence: (value) => `Clients of which nothing went into any model: ${value}.`,
  },
  {
    field: "participationFairness",
    name: "participation fairness",
    format: decimal,
    sentence: (value) => `How evenly clients were used, by Jain's index: ${value}, where 1 is equally often.`,
    absent: NOBODY,
  },
  {
    field: "worstDecileAccuracy",
    name: "worst tenth",
    format: percent,
    sentence: (value) => `On their own examples the worst-served tenth of the clients reach ${value}.`,
    absent: UNMEASURED,
  },
];

const DELAY: readonly ScoreText[] = [
  {
    field: "secondsToTarget",
    name: "time to target",
    format: duration,
    sentence: (value) => `The target was first reached after ${value}.`,
    absent: "No target was reached, or none was set.",
  },
  {
    field: "stalenessP95",
    name: "staleness, 95 of 100",
    format: decimal,
    sentence: (value) => `Of 100 updates that were used, 95 were no more than ${value} versions old.`,
    absent: NOBODY,
  },
  {
    field: "idleShare",
    name: "idle time",
    format: percent,
    sentence: (value) => `Clients had nothing to do for ${value} of the time that they were there.`,
  },
  {
    field: "updatesLate",
    name: "late",
    format: decimal,
    sentence: (value) => `Updates that came too late to be used: ${value}.`,
  },
  {
    field: "updatesAbandoned",
    name: "abandoned",
    format: decimal,
    sentence: (value) => `Updates thrown away since too few came for their round to count: ${value}.`,
    isSeldom: true,
  },
  {
    field: "tasksFailed",
    name: "tasks failed",
    format: decimal,
    sentence: (value) =>
      `Tasks that came to nothing since training failed, or its client left or was cut off: ${value}.`,
    isSeldom: true,
  },
  {
    field: "tasksRecalled",
    name: "tasks recalled",
    format: decimal,
    sentence: (value) => `Tasks called back since others were faster, or their time was up: ${value}.`,
    isSeldom: true,
  },
];

const UNFAIR_SHARE: readonly ScoreText[] = [
  {
    field: "contributionGap",
    name: "contribution gap",
    format: percent,
    sentence: (value) => `${value} of all weight would have to move for each voice to be in line with its data.`,
    absent: NOBODY,
  },
  {
    field: "wastedWorkShare",
    name: "wasted work",
    format: percent,
    sentence: (value) => `${value} of the time spent on tasks has gone into no model, or not yet.`,
  },
  {
    field: "clientAccuracySpread",
    name: "accuracy spread",
    format: percent,
    sentence: (value) => `Accuracies of clients on their own examples spread by ${value} about their mean.`,
    absent: UNMEASURED,
  },
];

const BOTTLENECK: readonly ScoreText[] = [
  {
    field: "bytesUp",
    name: "sent by clients",
    format: bytes,
    sentence: (value) => `${value} went up: encoded updates, those that were cut off included.`,
  },
  {
    field: "bytesDown",
    name: "sent to clients",
    format: bytes,
    sentence: (value) => `${value} went down: models, or what has changed in them.`,
  },
  {
    field: "bytesLost",
    name: "lost on the way",
    format: bytes,
    sentence: (value) => `${value} belonged to transfers that were cut off.`,
  },
  {
    field: "uploadCompression",
    name: "upload compression",
    format: (value) => `${decimal(value)} times`,
    sentence: (value) => `As plain numbers updates would take ${value} as many bytes.`,
    absent: "Nothing was sent yet.",
  },
];

const ENEMIES = [
  { key: "starvation", enemy: "starvation", question: "Whom did training never feed on?", texts: STARVATION },
  { key: "delay", enemy: "delay", question: "What was waited for, and what came too late?", texts: DELAY },
  {
    key: "unfairShare",
    enemy: "unfair share",
    question: "Whose work and voice are out of line with their data?",
    texts: UNFAIR_SHARE,
  },
  { key: "bottleneck", enemy: "bottleneck", question: "What had to go through the links?", texts: BOTTLENECK },
] as const;

/** Whether a score is worth a line. */
export function isTold({ isSilent }: Score): boolean {
  return !isSilent;
}

/** The four enemies with what each has scored. */
export function scoresOf(scorecard: Scorecard): readonly EnemyScores[] {
  return ENEMIES.map(({ key, enemy, question, texts }) => ({
    enemy,
    question,
    scores: texts.map((text) => scoreOf(text, key, scorecard[key]?.[text.field])),
  }));
}

function scoreOf(text: ScoreText, key: string, value: unknown): Score {
  const { field, name, format, sentence, absent = "", isSeldom = false } = text;
  const own = { field: `${key}.${field}`, name, isSilent: isSeldom && !(typeof value === "number" && value > 0) };
  if (typeof value !== "number") return { ...own, value: NONE, sentence: absent };
  return { ...own, value: format(value), sentence: sentence(format(value)) };
}
