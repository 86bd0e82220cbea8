/**
 * The scorecard: the numbers of the four enemies. Every run reports the same ones, simulated or real; a method exists
 * to move one of them.
 *
 * @module
 */
import type { Seconds } from "../base/units.ts";
import { clientTimes, pendingSeconds } from "./client-times.ts";
import { columnOf, type Ledger } from "./ledger.ts";
import {
  jainIndex,
  normalised,
  quantile,
  standardDeviation,
  total,
  totalVariation,
  worstDecile,
} from "./statistics.ts";

/** Clients, classes or features that training never feeds on. */
export interface StarvationScores {
  readonly clientsNeverUsed: number;
  /** Jain's index of how often each client's update was used, in [1/clients, 1]; 1 is equal; null before the first. */
  readonly participationFairness: number | null;
  /** Mean accuracy of the worst tenth of the clients on their own test parts, or null if not measured. */
  readonly worstDecileAccuracy: number | null;
  /** Accuracy on held-out data by class; null for a class that has none. Empty if not measured. */
  readonly accuracyPerClass: readonly (number | null)[];
}

/** Stragglers, stale updates, waiting. */
export interface DelayScores {
  /** When the target accuracy was first reached, or null. */
  readonly secondsToTarget: Seconds | null;
  /** Staleness of used updates in versions: median, 95th percentile, maximum; null before the first. */
  readonly stalenessP50: number | null;
  readonly stalenessP95: number | null;
  readonly stalenessMax: number | null;
  /** Share of the clients' online time in which they had no task. */
  readonly idleShare: number;
  /** Tasks that were called back because others were faster or time was up. */
  readonly tasksRecalled: number;
  /** Updates that came too late to be used. */
  readonly updatesLate: number;
  /** Updates thrown away because their round found no quorum. */
  readonly updatesAbandoned: number;
  /** Tasks lost to failures and to clients that left. */
  readonly tasksFailed: number;
}

/** Work and voice out of line with data or capacity. */
export interface UnfairShareScores {
  /**
   * Half the sum over clients of |share of contributions − share of examples|: 0 is in line, 1 is nothing alike; null before
   * the first contribution.
   */
  readonly contributionGap: number | null;
  /** Share of the time spent on tasks that went into no model, or not yet: of busy seconds, those that were not used. */
  readonly wastedWorkShare: number;
  /** Standard deviation of the clients' accuracies on their own test parts, or null if not measured. */
  readonly clientAccuracySpread: number | null;
}

/** Bytes and links. */
export interface BottleneckScores {
  /** Encoded bytes that went over the clients' links, those of transfers that were cut off included. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Bytes of transfers that were cut off, both ways. */
  readonly bytesLost: number;
  /** Bytes of the vectors that updates stood for, uncompressed, divided by the bytes they took; null before the first. */
  readonly uploadCompression: number | null;
  /** The server's own link, each way, or null where it was not measured. */
  readonly serverLink: ServerLinkScores | null;
}

/** How full the server's link was. */
export interface ServerLinkScores {
  /** Share of the time in which the server's link, and not those of clients, decided how fast bytes went, in [0, 1]. */
  readonly saturatedShareUp: number;
  readonly saturatedShareDown: number;
  /** The most bytes per second that went over it at any instant. */
  readonly peakBytesPerSecondUp: number;
  readonly peakBytesPerSecondDown: number;
}

/** The four enemies' numbers. */
export interface Scorecard {
  readonly starvation: StarvationScores;
  readonly delay: DelayScores;
  readonly unfairShare: UnfairShareScores;
  readonly bottleneck: BottleneckScores;
}

/** What is measured outside the ledger: accuracies on held-out data, and the server's link. */
export interface Measured {
  readonly secondsToTarget: Seconds | null;
  /** Accuracy of the last model on each client's own test part; null where it has none. Empty if not measured. */
  readonly clientAccuracies: readonly (number | null)[];
  readonly accuracyPerClass: readonly (number | null)[];
  /** Not measured unless given. */
  readonly serverLink?: ServerLinkScores;
}

/** The scorecard of a run that ends at the instant `now`, or as it would be if it did. */
export function scorecardOf(ledger: Ledger, measured: Measured, now: Seconds): Scorecard {
  const accuracies = measured.clientAccuracies.filter((accuracy) => accuracy !== null);
  const used = columnOf(ledger, "timesUsed");
  return {
    starvation: {
      clientsNeverUsed: used.filter((times) => times === 0).length,
      participationFairness: jainIndex(used),
      worstDecileAccuracy: worstDecile(accuracies),
      accuracyPerClass: measured.accuracyPerClass,
    },
    delay: delayOf(ledger, measured, now),
    unfairShare: {
      contributionGap: contributionGap(ledger),
      wastedWorkShare: wastedWorkShare(ledger, now),
      clientAccuracySpread: standardDeviation(accuracies),
    },
    bottleneck: bottleneckOf(ledger, measured),
  };
}

function delayOf(ledger: Ledger, { secondsToTarget }: Measured, now: Seconds): DelayScores {
  return {
    secondsToTarget,
    stalenessP50: quantile(ledger.staleness, 0.5),
    stalenessP95: quantile(ledger.staleness, 0.95),
    stalenessMax: quantile(ledger.staleness, 1),
    idleShare: idleShare(ledger, now),
    tasksRecalled: ledger.recalled,
    updatesLate: ledger.refused.late,
    updatesAbandoned: ledger.refused.abandoned,
    tasksFailed: ledger.failed,
  };
}

function idleShare(ledger: Ledger, now: Seconds): number {
  let [idle, online] = [0, 0];
  for (const { busySeconds, idleSeconds } of clientTimes(ledger, now)) {
    idle += idleSeconds;
    online += idleSeconds + busySeconds;
  }
  return online === 0 ? 0 : Math.max(0, idle / online);
}

function contributionGap(ledger: Ledger): number | null {
  const heard = normalised(columnOf(ledger, "contribution"));
  if (total(heard) === 0) return null;
  return totalVariation(heard, normalised(columnOf(ledger, "dataShare")));
}

/** Tasks that are pending have come to nothing if the run ends now. */
function wastedWorkShare(ledger: Ledger, now: Seconds): number {
  const unused = total([...pendingSeconds(ledger, now).values()]) + total(columnOf(ledger, "wastedSeconds"));
  const used = total(columnOf(ledger, "usedSeconds"));
  return unused + used === 0 ? 0 : unused / (unused + used);
}

function bottleneckOf(ledger: Ledger, { serverLink }: Measured): BottleneckScores {
  const { bytes, bytesPerModel, vectorsAnswered } = ledger;
  const arrived = bytes.up - bytes.lostUp;
  const plain = vectorsAnswered * bytesPerModel;
  return {
    bytesUp: bytes.up,
    bytesDown: bytes.down,
    bytesLost: bytes.lostUp + bytes.lostDown,
    uploadCompression: arrived * plain === 0 ? null : plain / arrived,
    serverLink: serverLink ?? null,
  };
}
