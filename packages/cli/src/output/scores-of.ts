/**
 * The scorecard in words: each number with a sentence that says what it means in this run. The page
 * `docs/reference/scorecard.md` holds the names used here and those of the JSON side by side.
 *
 * @module
 */
import type { RunOutcome } from "@potluck/scenario";
import { bytes, counted, hasAccuracy, targetWords } from "@potluck/comparison";
import type { ReportEnemy, ReportScore } from "../report/report.ts";

/** What is said of used updates where there are none. */
export const NO_UPDATE = "no update was used";

/** The scores of a run, by enemy. */
export function scoresOf(result: RunOutcome): readonly ReportEnemy[] {
  return [
    { enemy: "starvation", scores: starvation(result) },
    { enemy: "delay", scores: delay(result) },
    { enemy: "unfair share", scores: unfairShare(result) },
    { enemy: "bottleneck", scores: bottleneck(result) },
  ];
}

/** What is said of accuracies where the loss has none. */
const NO_ACCURACY = "the loss has no accuracy";

function starvation(result: RunOutcome): readonly ReportScore[] {
  const { scorecard, clients } = result;
  const { clientsNeverUsed, participationFairness, worstDecileAccuracy } = scorecard.starvation;
  const fairness = "Jain's index of how often clients were used: 1 is equally often";
  return [
    score(
      "clients never used",
      clientsNeverUsed,
      "clients",
      `of ${clients.length}: nothing they know went into the model`,
    ),
    orSay(NO_UPDATE, score("participation fairness", participationFairness, "", fairness)),
    accuracyScore(
      result,
      score(
        "worst tenth of clients",
        worstDecileAccuracy,
        "share",
        "mean accuracy of the worst-served tenth, on their own held-out data",
      ),
    ),
  ];
}

function delay(result: RunOutcome): readonly ReportScore[] {
  const { delay: d } = result.scorecard;
  const typical = "how far the model had moved on when a typical update arrived";
  return [
    timeToTarget(d.secondsToTarget, result),
    orSay(NO_UPDATE, score("staleness, median", d.stalenessP50, "versions", typical)),
    orSay(NO_UPDATE, score("staleness, 95 of 100", d.stalenessP95, "versions", "95 in 100 updates were no staler")),
    orSay(NO_UPDATE, score("staleness, worst", d.stalenessMax, "versions", "the stalest update that was used")),
    score("idle time", d.idleShare, "share", "of the time that clients were online, they had no task"),
    score("tasks recalled", d.tasksRecalled, "tasks", "called back because others were faster or time was up"),
    score("updates lost", d.updatesLate + d.updatesAbandoned, "updates", "came too late or in a round without quorum"),
    score("tasks failed", d.tasksFailed, "tasks", "lost to failures and departures"),
  ];
}

function timeToTarget(value: number | null, result: RunOutcome): ReportScore {
  const target = targetWords(result);
  const timed = (meaning: string): ReportScore => score("time to target", value, "seconds", meaning);
  if (target === null) return orSay("no target", timed("no target was set"));
  return orSay("never", timed(`until ${target} held-out${result.targetAccuracy === null ? "" : " accuracy"}`));
}

function unfairShare(result: RunOutcome): readonly ReportScore[] {
  const { scorecard, conditions, effectiveObjective } = result;
  const { contributionGap, wastedWorkShare, clientAccuracySpread } = scorecard.unfairShare;
  const asked = conditions.objective === "per-client" ? "each client" : "each example";
  const alike = `of all pull, weight times solver steps, would have to move for ${asked} to count alike, as was asked`;
  const inLine = "of the aggregation weight would have to move for each client's voice to be in line with its data";
  return [
    orSay(NO_UPDATE, score("contribution gap", contributionGap, "share", inLine)),
    orSay(NO_UPDATE, score("objective bias", effectiveObjective.bias, "share", alike)),
    score("wasted work", wastedWorkShare, "share", "of the time that clients worked went into no model, or not yet"),
    accuracyScore(
      result,
      score("accuracy spread", clientAccuracySpread, "share", "standard deviation of the clients' accuracies"),
    ),
  ];
}

function bottleneck({ scorecard, clients, versions }: RunOutcome): readonly ReportScore[] {
  const { bytesUp, bytesDown, bytesLost, uploadCompression, serverLink } = scorecard.bottleneck;
  const perVersion = versions === 0 ? "" : `, ${bytes((bytesUp + bytesDown) / versions)} each version both ways`;
  return [
    score("sent by clients", bytesUp, "bytes", `encoded updates of ${counted(clients.length, "client")}${perVersion}`),
    score("sent to clients", bytesDown, "bytes", "models, as they are"),
    score("lost on the way", bytesLost, "bytes", "cut off when a task was called back or a client left"),
    orSay(
      "no update was sent",
      score("upload compression", uploadCompression, "times", "smaller than plain parameters"),
    ),
    orSay(
      "not measured",
      score(
        "server link too narrow",
        fullness(serverLink),
        "share",
        "of the time it held back, either way, what clients could have sent or taken",
      ),
    ),
  ];
}

function fullness(link: RunOutcome["scorecard"]["bottleneck"]["serverLink"]): number | null {
  return link === null ? null : Math.max(link.saturatedShareUp, link.saturatedShareDown);
}

function score(name: string, value: number | null, unit: string, meaning: string): ReportScore {
  return { name, value, unit, meaning };
}

/** A score of accuracies, which says so where there are none. */
function accuracyScore(result: RunOutcome, scored: ReportScore): ReportScore {
  return hasAccuracy(result) ? scored : orSay(NO_ACCURACY, scored);
}

/** The score, with what is said where it has no value. */
function orSay(absent: string, scored: ReportScore): ReportScore {
  return { ...scored, absent };
}
