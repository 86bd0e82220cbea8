/**
 * The gate of a device: it is open while its owner's limits let it train.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { type Clock, pass } from "./clock.ts";
import { isForGood, type Obstacle, obstacleTo, type OwnerLimits, type SignalSource, type Spent } from "./limits.ts";

/** A gate. */
export interface Gate {
  /** What is in the way now; null for nothing. */
  readonly obstacle: () => Obstacle | null;
  /** Resolves once nothing is in the way, or something for good; hears of what is in the way meanwhile. Null when called off, too. */
  readonly opened: (signal: AbortSignal, onWaiting: (obstacle: Obstacle) => void) => Promise<Obstacle | null>;
  /** Resolves once something is in the way, and stays there; null when called off. */
  readonly closed: (signal: AbortSignal) => Promise<Obstacle | null>;
}

/** What a gate rests on. */
export interface GateOptions {
  readonly limits: OwnerLimits;
  readonly signals: SignalSource;
  readonly spent: () => Spent;
  readonly clock: Clock;
}

/** How often it is looked whether the owner's limits are kept. */
const CHECK_SECONDS: Seconds = 1;

/** A page that is hidden for a moment, or a device that is used for a moment, loses no work for it. */
const GRACE_CHECKS = 5;

/** A gate for an owner's limits. */
export function gateFor({ limits, signals, spent, clock }: GateOptions): Gate {
  const obstacle = (): Obstacle | null => obstacleTo(limits, signals(), spent());
  return {
    obstacle,
    opened: async (signal, onWaiting) => {
      let told: Obstacle | null = null;
      for (;;) {
        const found = signal.aborted ? null : obstacle();
        if (found === null || isForGood(found)) return found;
        if (found !== told) onWaiting(found);
        told = found;
        await pass(clock, CHECK_SECONDS, signal);
      }
    },
    closed: async (signal) => {
      for (let checks = 0; ;) {
        await pass(clock, CHECK_SECONDS, signal);
        if (signal.aborted) return null;
        const found = obstacle();
        checks = found === null ? 0 : checks + 1;
        if (found !== null && (isForGood(found) || checks >= GRACE_CHECKS)) return found;
      }
    },
  };
}
