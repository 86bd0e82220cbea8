/**
 * `@potluck/simulator`: pretended time. Devices and links are modelled; training is real.
 *
 * @module
 */
export { analyse, type Analysis, type TierAnalysis } from "./analysis/analysis.ts";
export type { Finding, TaskFailures } from "./analysis/findings.ts";
export { MAX_PROBED_ROUNDS, type ProbedTimes, probe, type ProbeOptions } from "./probe/probe.ts";
export { measurementsIn, type SoftwareVersions } from "./run/checkpoint.ts";
export {
  type RunInSight,
  simulate,
  type SimulationOptions,
  simulateTiming,
  type TimingOptions,
} from "./run/simulate.ts";
export { type PaceClock, paceOf, type PaceOptions } from "./rehearsal/pace.ts";
export { type Retrained, retrain } from "./run/arrivals.ts";
