/**
 * How a device holds itself back, as if it were a slower one: for rehearsals of a fleet on one machine.
 *
 * @module
 */
import type { Seconds, Task } from "@potluck/core";

/** The pace of a device. */
export interface Pace {
  /** A task that came at an instant of a clock that never runs backwards. */
  readonly begin: (task: Task, at: Seconds) => PacedTask;
}

/** A task at a pace: each resolves once the device that is rehearsed would be so far, and not before its predecessor. */
export interface PacedTask {
  readonly received: () => Promise<void>;
  /** Rejects with the reason where the device that is rehearsed fails, when it does. */
  readonly computed: () => Promise<void>;
  /** The answer, of so many bytes, is sent. */
  readonly sent: (bytes: number) => Promise<void>;
}

/** No pace: as fast as it goes. */
export const UNPACED: Pace = {
  begin: () => ({ received: async () => {}, computed: async () => {}, sent: async () => {} }),
};
