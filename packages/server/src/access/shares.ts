/**
 * Limits on how much there may be at once: of all together, and of each. Connections, and bytes in flight.
 *
 * @module
 */

/** How much there may be at once. */
export interface ShareLimits {
  readonly total: number;
  readonly each: number;
}

/** What is taken of something. */
export interface Shares {
  /** Takes so much for somebody; what gives it back, or null where there is no room. Giving back twice does nothing. */
  readonly take: (who: string, amount: number) => (() => void) | null;
  /** How much is taken. */
  readonly taken: () => number;
  /** How much of it somebody has. */
  readonly of: (who: string) => number;
}

/** Shares of which nothing is taken yet. Of nobody who has none anything is remembered. */
export function sharesWithin({ total, each }: ShareLimits): Shares {
  const held = new Map<string, number>();
  let taken = 0;
  const of = (who: string): number => held.get(who) ?? 0;
  const change = (who: string, amount: number): void => {
    taken += amount;
    const now = of(who) + amount;
    if (now > 0) held.set(who, now);
    else held.delete(who);
  };
  return {
    take: (who, amount) => {
      if (taken + amount > total || of(who) + amount > each) return null;
      change(who, amount);
      let isHeld = true;
      return () => {
        if (isHeld) change(who, -amount);
        isHeld = false;
      };
    },
    taken: () => taken,
    of,
  };
}
