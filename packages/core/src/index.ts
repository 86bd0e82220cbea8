/**
 * `@potluck/core`: what is true. Pure: no clock, no I/O, no dependency.
 *
 * @module
 */
export * from "./base/draws.ts";
export { exp, log } from "./base/elementary.ts";
export * from "./base/fault.ts";
export * from "./base/invariant.ts";
export * from "./base/key.ts";
export { namePattern } from "./base/name-pattern.ts";
export { decodePlain, encodePlain, type PlainData } from "./base/plain-data.ts";
export * from "./base/units.ts";
export * from "./params/examples.ts";
export * from "./params/layout.ts";
export * from "./params/packing.ts";
export * from "./params/quantise.ts";
export * from "./params/select.ts";
export * from "./params/vector-kernels.ts";
export * from "./part/options.ts";
export { ownState } from "./part/own-state.ts";
export * from "./part/part.ts";

export { cancelsWeights, countsAbsence } from "./plan/contradictions.ts";
export { broughtUp } from "./plan/downloads.ts";
export * from "./plan/events.ts";
export { federated } from "./plan/federated.ts";
export { type FederatedOptions, type PlanField, planRooms } from "./plan/federated-parts.ts";
export type { ClientRecord, FleetView } from "./plan/fleet.ts";
export * from "./plan/identity.ts";
export { type Machine, type MachineSetup, restoreMachine, startMachine } from "./plan/machine.ts";
export { type Context, opaqueStrategy, type Plan, type Strategy } from "./plan/strategy.ts";
export * from "./plan/task.ts";
export { limitOptions, type UpdateLimits } from "./plan/update-limits.ts";
export type { Warning } from "./plan/warnings.ts";

export type { Aggregation } from "./aggregation/aggregation.ts";
export * as aggregation from "./aggregation/index.ts";
export { coded, codedSettings } from "./coding/coded.ts";
export type { CodedOptions } from "./coding/coded-parts.ts";
export * as coding from "./coding/index.ts";
export { type Replay, type ReplayedRound, replay, type ReplayOptions, type WaitOut } from "./coding/replay.ts";
export type { Coding, CodingScheme } from "./coding/scheme.ts";
export {
  noTaskNotes,
  noteCommand,
  noteEvent,
  ROUNDS_NOTED_LIMIT,
  type TaskFate,
  type TaskNote,
  type TaskNotes,
} from "./coding/task-notes.ts";
export {
  explain,
  type Explanation,
  fittedModel,
  type RecordedTimes,
  secondsPerLoad,
  type Slowness,
  type TimeModel,
  toldModel,
} from "./coding/time-model.ts";
export { arbitrary, bursty, type Pattern, perRound, type StragglerModel } from "./coding/stragglers.ts";
export { bestAmong, type Candidate, codesToTry, type TuneOptions, type Tuning, tuneCoding } from "./coding/tune.ts";
export { waitedRounds } from "./coding/waited-rounds.ts";
export { type Codec, codecFor, type Guarantee, type Subject, type Target, withSecret } from "./codec/codec.ts";
export { bothSpent, type Spending, spentOn } from "./codec/spending.ts";
export * as codec from "./codec/index.ts";
export type { Feedback, Kept, Memory, Outgoing, Recalled, Sent } from "./feedback/feedback.ts";
export type { Download } from "./download/download.ts";
export * as download from "./download/index.ts";
export * as feedback from "./feedback/index.ts";
export type { Conversion, Inversion } from "./conversion/conversion.ts";
export * as conversion from "./conversion/index.ts";
export type { Decision, Moment, Pacing, Scene } from "./pacing/pacing.ts";
export * as pacing from "./pacing/index.ts";
export type { Participation } from "./participation/participation.ts";
export * as participation from "./participation/index.ts";
export type { Selection } from "./selection/selection.ts";
export * as selection from "./selection/index.ts";
export type { ServerOptimizer } from "./server-optimizer/server-optimizer.ts";
export * as serverOptimizer from "./server-optimizer/index.ts";
export { type Bindings, evaluate, layerValue } from "./solver/evaluate.ts";
export type { Expression } from "./solver/expression.ts";
export * as expression from "./solver/expression.ts";
export * as schedule from "./solver/schedule.ts";
export type { Solver, SolverStep } from "./solver/solver.ts";
export * as solver from "./solver/index.ts";
export type { Staleness } from "./staleness/staleness.ts";
export * as staleness from "./staleness/index.ts";
export type { Weighting } from "./weighting/weighting.ts";
export * as weighting from "./weighting/index.ts";

export * from "./catalogue.ts";
export * from "./scorecard/effective-objective.ts";
export { type ClientTime, clientTimes, pendingTasks } from "./scorecard/client-times.ts";
export type { ClientAccount } from "./scorecard/account.ts";
export { accountOf, accountsOf, columnOf, type Ledger, numberOf, type Traffic } from "./scorecard/ledger.ts";
export * from "./scorecard/scorecard.ts";
export {
  jainIndex,
  normalised,
  quantile,
  standardDeviation,
  total,
  totalVariation,
  worstDecile,
} from "./scorecard/statistics.ts";
