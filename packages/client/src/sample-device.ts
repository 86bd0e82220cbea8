/**
 * A device as tests have it: a clock in a hurry, a small model, a few examples.
 *
 * @module
 */
import { codec, feedback, rootKey, type Seconds, solver, taskId } from "@potluck/core";
import { crossEntropy, initialParams, mlp, writeModel } from "@potluck/engine";
import type { BlobName, WireTrainingTask } from "@potluck/protocol";
import type { Clock } from "./clock.ts";
import type { PlainExamples } from "./local-data.ts";

/** A clock that runs so many times as fast as time does, and what was waited for on it. */
export function hurriedClock(times = 20): Clock & { readonly waits: readonly Seconds[] } {
  const waits: Seconds[] = [];
  return {
    waits,
    now: () => (times * performance.now()) / 1000,
    after: (seconds, act) => {
      waits.push(seconds);
      const timer = setTimeout(act, (1000 * seconds) / times);
      return () => clearTimeout(timer);
    },
  };
}

const MODEL = mlp({ inputs: 4, hidden: [5], classes: 3, key: rootKey(3) });

/** Puts what is trained where `put` does: the description of it, and its parameters. */
export function sampleJob(put: (bytes: Uint8Array) => BlobName): { readonly job: BlobName; readonly params: BlobName } {
  const model = put(writeModel(MODEL));
  const document = { name: "sample", model, objective: crossEntropy().part };
  return {
    job: put(new TextEncoder().encode(JSON.stringify(document))),
    params: put(bytesOf(initialParams(MODEL))),
  };
}

/** A task of one epoch. */
export function sampleTask(number: number, params: BlobName, remembering = false): WireTrainingTask {
  return {
    id: taskId(number),
    version: number,
    params,
    upload: remembering ? codec.topK({ ratio: 0.2 }).part : codec.identity().part,
    key: rootKey(number),
    solver: solver.sgd({ learningRate: 0.1 }).part,
    work: { epochs: 1, batchSize: 4 },
    feedback: remembering ? feedback.errorFeedback().part : feedback.none().part,
    mean: null,
    changes: null,
  };
}

/** Twelve examples of four numbers in three classes. */
export function sampleExamples(): PlainExamples {
  return {
    features: Float32Array.from({ length: 48 }, (_, at) => Math.sin(3 * at + 1)),
    shape: [4],
    labels: Array.from({ length: 12 }, (_, at) => at % 3),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
