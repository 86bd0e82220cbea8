/**
 * How a process of this machine holds itself back, to be as slow as the device that a fleet gives a client: where the machine is faster
 * than the device, it waits; where it is slower, its own time counts.
 *
 * @module
 */
import { bytesDown, type ClientId, present, type Seconds, type Task } from "@potluck/core";
import { loadOf, type Pace, type PacedTask } from "@potluck/engine";
import { type Device, type Stage } from "@potluck/scenario";
import { type Course, courseOf } from "../run/course.ts";
import { DEVICE_DROPPED_OUT, DEVICE_FAILED } from "../run/crew.ts";

/** Real time. */
export interface PaceClock {
  /** Seconds from any origin; never runs backwards. */
  readonly now: () => Seconds;
  /** Resolves once so many seconds have passed. */
  readonly sleep: (seconds: Seconds) => Promise<void>;
}

/** What a pace is made for. */
export interface PaceOptions {
  readonly stage: Pick<Stage, "devices" | "examplesOf" | "costs">;
  readonly client: ClientId;
  readonly clock: PaceClock;
  /** The device drops out without a word, and is there again after so many seconds. */
  readonly onDropout: (restartSeconds: Seconds) => void;
}

/** The pace of a client of a stage. */
export function paceOf({ stage, client, clock, onDropout }: PaceOptions): Pace {
  const device = present(stage.devices[client], "the device of client", client);
  const { trainingFlopsPerExample } = stage.costs;
  let turn = 0;
  return {
    begin: (task, at) => {
      const { processed } = loadOf(task, stage.examplesOf(client, 0));
      const course = courseOf(device, { flops: trainingFlopsPerExample * processed, turn: turn++ }, task.key);
      return paced({ task, device, course, at, clock, onDropout });
    },
  };
}

interface Going {
  readonly task: Task;
  readonly device: Device;
  readonly course: Course;
  readonly at: Seconds;
  readonly clock: PaceClock;
  readonly onDropout: PaceOptions["onDropout"];
}

function paced({ task, device, course, at, clock, onDropout }: Going): PacedTask {
  let from = at;
  const until = async (instant: Seconds): Promise<void> => {
    const left = instant - clock.now();
    if (left > 0) await clock.sleep(left);
    from = clock.now();
  };
  return {
    received: async () => {
      const bytes = bytesDown(task, task.params.byteLength);
      await until(from + course.downLatencySeconds + bytes / device.downloadBytesPerSecond);
    },
    computed: async () => {
      if (course.mishap === null) return until(from + course.computeSeconds);
      const { kind, afterSeconds } = course.mishap;
      await until(from + afterSeconds);
      if (kind === "failure") throw new Error(DEVICE_FAILED.reason);
      onDropout(device.restartSeconds);
      await clock.sleep(device.restartSeconds);
      // Nobody waits for it any more.
      throw new Error(DEVICE_DROPPED_OUT.reason);
    },
    sent: async (bytes) => until(from + course.upLatencySeconds + bytes / device.uploadBytesPerSecond),
  };
}
