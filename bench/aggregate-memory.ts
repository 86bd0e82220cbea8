/**
 * Folds updates as a coordinator does, a few waiting ones at a time, and prints the peak resident memory of this
 * process in MB. `aggregate.ts` starts it, with three arguments: how many updates, of how many numbers, how many wait.
 *
 * The peak is looked at after each fold; the one that the system keeps begins with the memory of the parent.
 *
 * @module
 */
import { loadKernels } from "@potluck/kernels";

const [updates = 0, length = 0, waiting = 1] = process.argv.slice(2).map(Number);

const kernels = loadKernels();
const sum = kernels.zeros(length);
const terms = Array.from({ length: waiting }, () => ({ x: new Float32Array(length), weight: 1 }));
let peak = 0;
for (let arrived = 0; arrived < updates; arrived += waiting) {
  const batch = terms.slice(0, updates - arrived);
  for (const [k, { x }] of batch.entries()) x.fill(arrived + k);
  kernels.accumulateAll(sum, batch);
  peak = Math.max(peak, process.memoryUsage.rss());
}
const expected = (updates * (updates - 1)) / 2;
if (sum.some((value) => value !== expected)) throw new Error(`a sum of ${expected} everywhere, got ${sum[0]}`);
console.log(peak / 1e6);
