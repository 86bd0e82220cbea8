/**
 * What a device has given so far: counted as it goes, for its owner and for the limits that the owner sets.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { Clock } from "./clock.ts";
import type { OwnerLimits, Shortage, Spent } from "./limits.ts";
import { bandwidthOf, type Speed } from "./speed.ts";
import type { Meter } from "./transfers.ts";

/** What a device has given since it joined. */
export interface Contribution {
  /** Answers that count. */
  readonly answers: number;
  /** Examples that it went through, one that it saw twice counted twice. */
  readonly examples: number;
  readonly trainingSeconds: Seconds;
  /** Of answers. */
  readonly bytesUp: number;
  /** Of models and what is said of them. */
  readonly bytesDown: number;
  /** What it downloads now; null for nothing. */
  readonly download: { readonly bytes: number; readonly of: number } | null;
}

/** What the owner allows is used up, or too little of it is left: the device leaves, and nothing has failed. */
export class SpentError extends Error {
  override readonly name = "SpentError";
}

/** What is used up, and what transfers tell of the device. */
export interface Account {
  readonly meter: Meter;
  readonly speed: () => Speed;
  readonly spent: () => Spent;
  /** Training begins (null), or took so long and went through so many examples. */
  readonly trained: (seconds: Seconds | null, examples: number) => void;
  /** An answer counts. */
  readonly accepted: () => void;
  readonly contribution: () => Contribution;
}

/** An account of a device of which this is known, within its owner's limits. */
export function accountOf(clock: Clock, known: Speed, { bytes: limit = Infinity }: OwnerLimits): Account {
  let [speed, since]: [Speed, Seconds | null] = [known, null];
  let [answers, examples, bytesUp, bytesDown, trained] = [0, 0, 0, 0, 0];
  let shortage: Shortage | null = null;
  let download: Contribution["download"] = null;
  const trainingSeconds = (): Seconds => trained + (since === null ? 0 : clock.now() - since);
  return {
    speed: () => speed,
    spent: () => ({ bytes: bytesUp + bytesDown, shortage, trainingSeconds: trainingSeconds() }),
    trained: (seconds, went) => {
      since = seconds === null ? clock.now() : null;
      trained += seconds ?? 0;
      examples += went;
    },
    accepted: () => (answers += 1),
    contribution: () => ({ answers, examples, trainingSeconds: trainingSeconds(), bytesUp, bytesDown, download }),
    meter: {
      ask: (wanted) => {
        const left = limit - bytesUp - bytesDown;
        if (wanted <= left) return;
        shortage ??= { bytes: wanted, left: Math.max(0, left) };
        throw new SpentError("more bytes are to be moved than are left of what the owner allows");
      },
      passing: (bytes, of) => (download = { bytes, of }),
      moved: (direction, moved, seconds) => {
        if (direction === "up") bytesUp += moved;
        else [bytesDown, download] = [bytesDown + moved, null];
        const rate = bandwidthOf(moved, seconds);
        if (rate === null) return;
        speed =
          direction === "up" ? { ...speed, uploadBytesPerSecond: rate } : { ...speed, downloadBytesPerSecond: rate };
      },
    },
  };
}
