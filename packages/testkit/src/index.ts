/**
 * `@potluck/testkit`: conformance suites and rehearsals on fleets whose answers are known exactly, runs and fleets
 * made by hand, statistics of samples, and pages in a browser. For tests only.
 *
 * @module
 */
export { sampleDevice } from "./sample-device.ts";
export { aggregationConformance, handWindows } from "./aggregation-conformance.ts";
export {
  fakeCoordinator,
  type FakeCoordinator,
  type FakeOptions,
  nameOf,
  type Said,
} from "./coordinator/fake-coordinator.ts";
export type { HttpFault } from "./coordinator/http-places.ts";
export { codecConformance } from "./codec-conformance.ts";
export { vectors } from "./codec-messages.ts";
export { findBrowser, NO_BROWSER } from "./browser/find-browser.ts";
export { openBrowser } from "./browser/open-browser.ts";
export { type ServedFolder, serveFolder } from "./browser/serve-folder.ts";
export { serveSite, type Site, type SiteOptions } from "./browser/site.ts";
export {
  centreOf,
  type CodedFate,
  type CodedRehearsal,
  type CodedRehearsalOptions,
  LENGTH,
  plainDescent,
  prompt,
  rehearseCoded,
  ROWS,
  withStragglers,
  withTrouble,
} from "./coded-rehearsal.ts";
export { type FaultProxy, faultProxy, type LinkFaults } from "./faults/fault-proxy.ts";
export { type ClientSketch, fleetOf } from "./fleets.ts";
export { type HandOutcome, type HandUpdate, outcomeOf, takeInto, windowWith } from "./hand-windows.ts";
export { descent, type Gradient } from "./local-descent.ts";
export { type Answer, answered, joined, type ManualRun, manualRun, tasksOf, transferred } from "./manual-run.ts";
export { pacingConformance, type PacingSubject } from "./pacing-conformance.ts";
export { answer, meanOptimum, pooledOptimum, type QuadraticClient, quadraticClients } from "./quadratic.ts";
export { type Fate, fates, type Rehearsal, rehearse, type RehearsalOptions } from "./rehearsal.ts";
export { selectionConformance, type SelectionSubject } from "./selection-conformance.ts";
export { serverPath } from "./server-path.ts";
export { measured, sampleArm, sampleOutcome, steadyArm } from "./sample-arms.ts";
export { chiSquare, hexBits, moment, take } from "./samples.ts";
export { type Declined, fullRounds, type Law, strategyConformance, type Subject } from "./strategy-conformance.ts";
export { type Attended, attendances, participationConformance, stalenessConformance } from "./weight-conformance.ts";
export { tiny } from "./tiny-scenario.ts";
