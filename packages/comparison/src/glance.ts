/**
 * A comparison at a glance: how long each arm took to its target, and whom it left hungry.
 *
 * @module
 */
import type { RunOutcome } from "@potluck/scenario";
import { present } from "@potluck/core";
import { type Arms, type CommonEnds, outcomesOf } from "./arms.ts";
import { timeToTarget, updatesToTarget } from "./metrics.ts";
import { type Standing, standingsOf } from "./standings.ts";

/** A tier of devices and how much it was heard. */
export interface TierHeard {
  readonly tier: string;
  /** What was realised of the share that was asked for it, ≥ 0; 1 is all of it. */
  readonly ofItsDue: number;
}

/** An arm in a few numbers over its seeds. */
export interface Glance {
  readonly arm: string;
  /** When the target was first reached, in virtual seconds. */
  readonly time: Standing;
  /** Client updates that had gone into a model by then. */
  readonly updates: Standing;
  /**
   * The tiers that had less than {@link SATED} of their due, over whole runs, the hungriest first; null where nobody was
   * heard, or nothing was asked for.
   */
  readonly hungry: readonly TierHeard[] | null;
}

/** A tier with this much of its due is not hungry. */
const SATED = 0.9;

/** The arms, in their order. */
export function glancesAt(arms: Arms, ends: CommonEnds): readonly Glance[] {
  const times = standingsOf(timeToTarget, arms, ends);
  const updates = standingsOf(updatesToTarget, arms, ends);
  return arms.map((arm, at) => ({
    arm: arm.name,
    time: present(times[at], `the times of ${arm.name}`),
    updates: present(updates[at], `the updates of ${arm.name}`),
    hungry: hungryOf(outcomesOf([arm])),
  }));
}

function hungryOf(outcomes: readonly RunOutcome[]): readonly TierHeard[] | null {
  const tiers = new Map<string, { asked: number; realised: number }>();
  for (const { clients, effectiveObjective } of outcomes) {
    for (const { id, tier } of clients) {
      const own = effectiveObjective.clients[id];
      const { asked, realised } = tiers.get(tier) ?? { asked: 0, realised: 0 };
      tiers.set(tier, { asked: asked + (own?.asked ?? 0), realised: realised + (own?.realised ?? 0) });
    }
  }
  const heard = [...tiers.values()].some(({ realised }) => realised > 0);
  const dues = [...tiers].flatMap(([tier, { asked, realised }]) =>
    asked > 0 ? [{ tier, ofItsDue: realised / asked }] : [],
  );
  if (!heard || dues.length === 0) return null;
  return dues.filter(({ ofItsDue }) => ofItsDue < SATED).sort((a, b) => a.ofItsDue - b.ofItsDue);
}
