/**
 * The analysis of a plan on a fleet: lines for people.
 *
 * @module
 */
import { counted, decimal, duration, percent } from "@potluck/comparison";
import type { Analysis } from "@potluck/simulator";
import { row, textTable } from "./text-table.ts";

/** What `potluck analyse` prints. */
export function analysisLines(analysis: Analysis): readonly string[] {
  const { scorecard, versions, virtualSeconds, tiers, failures } = analysis;
  return [
    `${analysis.scenario}: ${counted(versions, "version")} in ${duration(virtualSeconds)} of virtual time; only the clock ran`,
    `${analysis.status}: ${analysis.ended}`,
    "",
    row("updates", `${decimal(analysis.updatesPerHour)} an hour, in ${decimal(analysis.versionsPerHour)} versions`),
    row("staleness", stalenessText(analysis)),
    row("idle", `${percent(scorecard.delay.idleShare)} of client time`),
    row("wasted", `${percent(scorecard.unfairShare.wastedWorkShare)} of the work`),
    row("objective", objectiveText(analysis)),
    ...failures.flatMap(({ reason, times, remedy }) => [
      row("failed tasks", `${counted(times, "time")}: ${reason}`),
      row("", remedy),
    ]),
    "",
    ...textTable(
      ["tier", "clients", "asked", "realised", "updates an hour each", "idle"],
      tiers.map((tier) => [
        tier.tier,
        String(tier.clients),
        percent(tier.asked),
        percent(tier.realised),
        decimal(tier.updatesPerHour),
        tier.idleShare === null ? "–" : percent(tier.idleShare),
      ]),
      [1, 2, 3, 4, 5],
    ),
    "",
    ...wrongLines(analysis),
  ];
}

/** What is wrong with the plan on this fleet, and what may go wrong with it on any. */
function wrongLines({ findings, warnings }: Analysis): readonly string[] {
  if (findings.length + warnings.length === 0) return ["Nothing is wrong with it."];
  return [
    ...findings.map(({ problem, remedy }) => [`- ${problem}`, `  ${remedy}`]),
    ...warnings.map(({ sentence, remedy }) => [`- ${sentence}`, `  ${remedy}`]),
  ].flat();
}

function stalenessText({ meanStaleness, scorecard }: Analysis): string {
  const { stalenessP50, stalenessP95, stalenessMax } = scorecard.delay;
  if (meanStaleness === null) return "no update was used";
  return `mean ${decimal(meanStaleness)}, median ${stalenessP50}, 95% ${stalenessP95}, at most ${stalenessMax} versions`;
}

function objectiveText({ effectiveObjective, biasOfChance, versions }: Analysis): string {
  if (versions === 0) return "no client was heard";
  return `${percent(effectiveObjective.bias)} of the pull to the wrong clients; chance alone: ${percent(biasOfChance)}`;
}
