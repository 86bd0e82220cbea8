/**
 * Interrupts that come before a run has begun: while the command itself, its scenario and its modules are loaded. A run
 * takes interrupts over from here. Loads nothing heavy, so that it is there early.
 *
 * @module
 */
import { exitCodes } from "./exit-codes.ts";

/** Whether programs read along. The words decide, since a wrong command line has no options. */
export function asksForJson(words: readonly string[]): boolean {
  return words.some(
    (word, at) => word === "--json" || word === "--format=json" || (word === "json" && words[at - 1] === "--format"),
  );
}

/**
 * Ends the process with the exit code of interrupts if one comes while nobody else listens for them, and says so; to
 * programs, too, if the command line `words` asks for JSON. The function that it returns gives that up.
 */
export function endOnInterrupt(words: readonly string[]): () => void {
  const onInterrupt = (): void => {
    if (process.listenerCount("SIGINT") > 1) return;
    process.stderr.write(`\n${EARLY.message}\n`);
    if (asksForJson(words)) process.stdout.write(`${JSON.stringify({ error: EARLY })}\n`, end);
    else end();
  };
  process.on("SIGINT", onInterrupt);
  return () => process.off("SIGINT", onInterrupt);
}

function end(): never {
  // oxlint-disable-next-line unicorn/no-process-exit -- modules may be in the middle of being loaded
  process.exit(exitCodes.interrupted);
}

const EARLY = {
  code: "interrupted",
  message: "interrupted before the run began",
  remedy: "Run it again.",
} as const;
