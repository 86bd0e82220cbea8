/**
 * A comparison at a glance: how long each arm took to its target, and whom it left hungry.
 *
 * @module
 */
import type { Arms } from "./arms.ts";
import { meanOf } from "./statistics.ts";

/** The tier of devices that had the least of its due. */
export interface Hungriest {
  readonly tier: string;
  /** What was realised of the share that was asked for it, ≥ 0; 1 is all of it. */
  readonly ofItsDue: number;
}

/** An arm in a few numbers, means over its seeds. */
export interface Glance {
  readonly arm: string;
  /** When the target was first reached, in virtual seconds; null unless every seed reached it. */
  readonly secondsToTarget: number | null;
  /** Client updates that went into a model. */
  readonly updates: number;
  /** Null where nobody was heard, or nothing was asked for. */
  readonly hungriest: Hungriest | null;
}

/** A tier with this much of its due is not hungry. */
export const SATED = 0.9;

/** The arms, in their order. */
export function glancesAt(arms: Arms): readonly Glance[] {
  return arms.map(({ name, runs }) => {
    const outcomes = runs.map(({ outcome }) => outcome);
    const reached = outcomes
      .map(({ scorecard }) => scorecard.delay.secondsToTarget)
      .filter((seconds) => seconds !== null);
    return {
      arm: name,
      secondsToTarget: reached.length === outcomes.length ? meanOf(reached) : null,
      updates: meanOf(outcomes.map(({ clients }) => clients.reduce((sum, { timesUsed }) => sum + timesUsed, 0))),
      hungriest: hungriestOf(outcomes),
    };
  });
}

type Outcomes = readonly Arms[0]["runs"][0]["outcome"][];

function hungriestOf(outcomes: Outcomes): Hungriest | null {
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
  const [least] = dues.toSorted((a, b) => a.ofItsDue - b.ofItsDue);
  return heard ? (least ?? null) : null;
}
