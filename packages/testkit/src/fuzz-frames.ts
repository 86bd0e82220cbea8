/**
 * Gives what reads the wire frames that were changed on their way: `npm run fuzz:wire -- [frames] [seed]`, a million and 1 unless given.
 *
 * Each must be read as a message that says the same when it is said again, or refused in words. It ends with status 1 and the frame that
 * broke the rule, which the same seed makes again.
 *
 * @module
 */
import { frameProblem, type FrameTally } from "./frames.ts";

const [frames, seed] = [Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 1)];
process.stdout.write(`${fuzzed()}\n`);

/** Takes all frames, or as many until one breaks a rule; what there is to say about it. */
function fuzzed(): string {
  const tally: FrameTally = { refused: 0, read: 0 };
  for (let number = 0; number < frames; number++) {
    const problem = frameProblem(number, seed, tally);
    if (problem === null) continue;
    process.exitCode = 1;
    return `frame ${number} of seed ${seed}: ${problem}`;
  }
  return `${frames} changed frames: ${tally.refused} refused, ${tally.read} read as messages, none broke a rule`;
}
