/**
 * `@potluck/comparison`: what runs come to beside one another, in numbers and in words. Reports and pages are made of it, so that both say the same.
 *
 * @module
 */
export { NO_NUMBER, standingText } from "./amounts.ts";
export {
  type Arm,
  type ArmRun,
  type Arms,
  bytesAt,
  distinct,
  hasHeard,
  lossKinds,
  seedsOf,
  titleOf,
  updatesOf,
} from "./arms.ts";
export { type ArmPoint, type Priced, type PricedPoint, byAccuracy, cheapest, judged, pointsOf } from "./bytes-front.ts";
export { type Comparison, compareArms } from "./comparison.ts";
export {
  dataSentence,
  type EnemyRows,
  introductionTo,
  leftOutTable,
  type ModelMoment,
  momentTable,
  runsTable,
  type ScoreRow,
  scoreRows,
  scoresSentence,
  settingsTable,
  type VerdictText,
  verdictTexts,
} from "./content.ts";
export { contrasts, pairingSentence } from "./contrasts.ts";
export { type CurvePoint, curveOf } from "./curve.ts";
export { largest, smallest } from "./extremes.ts";
export {
  NOT_MEASURED,
  type Unit,
  byteUnit,
  bytes,
  clipped,
  count,
  counted,
  decimal,
  duration,
  percent,
  quantity,
  scientific,
  timeUnit,
} from "./format.ts";
export { glanceTable } from "./glance-table.ts";
export { glancesAt } from "./glance.ts";
export { hasAccuracy, heldOutLossText, heldOutTexts, targetWords } from "./held-out.ts";
export { type Metric, metrics, moments } from "./metrics.ts";
export { type LeftOut, type RecordedArms, type RecordedRun, type Unusable, recordedArms } from "./recorded-arms.ts";
export { spreadSample, spreadToEnd } from "./sample.ts";
export { SEEDS_TO_DECIDE } from "./significance.ts";
export { type Row, type Standing, bestOf, ranking } from "./standings.ts";
export { meanOf } from "./statistics.ts";
export type { Verdict } from "./verdicts.ts";
export { forArms, warningsByArm, warningsOfArms } from "./warned-arms.ts";
export {
  NOT_COMPARABLE,
  type ScoreLine,
  cellsOf,
  differenceText,
  lossText,
  meanAndSpread,
  momentText,
  noLossText,
  scoreLines,
  unmeasuredSentence,
  verdictText,
} from "./words.ts";
export type { Table } from "./table.ts";
