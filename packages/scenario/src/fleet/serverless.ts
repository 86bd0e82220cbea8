/**
 * A fleet of serverless workers whose times were recorded, round after round: client k has the times of worker k, one for
 * each of its tasks. If there are more clients than workers, they begin again.
 *
 * Times as they were measured from outside, finish minus start, hold everything: invocation, transfers, computing. With
 * `times` "whole" a task computes for exactly so long, whatever it costs. Times that were measured with next to no work are
 * delays: with "delay" they come before a task's own computing, floating-point operations by `flopsPerSecond`.
 *
 * Trust: with both, the simulator's transfers of the model and of the update come on top, since they depend on the plan and
 * on who else sends. What the recorded times hold of transfers then counts twice, unless links are so fast that the
 * simulated ones take no time.
 *
 * Krishnan, Ebrahimi, Khisti, "Sequential Gradient Coding For Straggler Mitigation", ICLR 2023.
 * https://arxiv.org/abs/2211.13802
 *
 * @module
 */
import { definePart, type PartFactory, type Seconds } from "@potluck/core";
import { ALWAYS } from "./availability.ts";
import type { Device } from "./device.ts";
import {
  bandwidthOption,
  type DropoutOptions,
  dropoutOptions,
  failureOption,
  latencyOption,
  speedOption,
} from "./device-options.ts";
import type { Fleet } from "./fleet.ts";
import { parseTaskTimes } from "./task-times-text.ts";
import { formOf, readTrace } from "./trace-text.ts";

/** Options of {@link serverless}. */
export interface ServerlessOptions extends DropoutOptions {
  /** The file of times, which ends in .csv or .json, relative to the folder in which the command is run. */
  readonly file: string;
  /** Whether a time is that of a task's computing, or what it waits before it computes; "whole" by default. */
  readonly times?: "whole" | "delay";
  /** Training speed in floating-point operations per second, ≥ 1, of workers that have delays; 20e9 by default. */
  readonly flopsPerSecond?: number;
  /** Memory of a worker, ≥ 1; null, the default, is enough for everything. */
  readonly memoryBytes?: number | null;
  /** ≥ 1; 75e6 by default. */
  readonly uploadBytesPerSecond?: number;
  /** ≥ 1; 75e6 by default. */
  readonly downloadBytesPerSecond?: number;
  /** One-way delay of a transfer; 0 by default. */
  readonly latencySeconds?: Seconds;
  /** Probability that a task fails; 0 by default. */
  readonly failureRate?: number;
}

/** The fleet `serverless`. Throws Fault "option-invalid"; its devices reject with "file-missing" or "file-corrupt". */
export const serverless: PartFactory<ServerlessOptions, Fleet> = definePart<ServerlessOptions, Fleet>({
  room: "fleet",
  name: "serverless",
  about: "Serverless workers with times that were recorded round after round, from a CSV or JSON file.",
  fights: [],
  paper: {
    authors: "Krishnan, Ebrahimi, Khisti",
    title: "Sequential Gradient Coding For Straggler Mitigation",
    venue: "ICLR 2023",
    link: "https://arxiv.org/abs/2211.13802",
  },
  options: {
    file: { kind: "text", path: "file", about: "the file of times, .csv or .json" },
    times: {
      kind: "choice",
      of: ["whole", "delay"],
      default: "whole",
      about: "whether a time is that of a task's computing, or what it waits before it computes",
    },
    flopsPerSecond: speedOption("speed of workers that have delays", 20e9),
    memoryBytes: { kind: "number", minimum: 1, default: null, unit: "bytes", about: "memory of a worker" },
    uploadBytesPerSecond: bandwidthOption("upload speed", 75e6),
    downloadBytesPerSecond: bandwidthOption("download speed", 75e6),
    latencySeconds: latencyOption("one-way delay of a transfer", 0),
    failureRate: failureOption(0),
    ...dropoutOptions,
  },
  make: ({ file, times, ...options }) => {
    const form = formOf("serverless", file);
    return {
      devices: async (count) => {
        const recorded = parseTaskTimes(await readTrace(file), form);
        const workers = recorded.map((seconds): Device => ({
          tier: "worker",
          ...options,
          latencyJitter: 0,
          computeNoise: 0,
          taskTimes: { kind: times, seconds },
          availability: ALWAYS,
        }));
        return Array.from({ length: count }, (_, k) => workers[k % workers.length]).filter(
          (worker) => worker !== undefined,
        );
      },
    };
  },
});
