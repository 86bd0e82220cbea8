/**
 * Interrupts, by Ctrl-C or by a supervisor that ends the process (SIGTERM): before a run has begun, while the command itself, its scenario and its modules are loaded; while it goes on;
 * and after it. Loads nothing heavy, so that it is there early.
 *
 * @module
 */
import { exitCodes } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** Whether programs read along. The words decide, since a wrong command line has no options. */
export function asksForJson(words: readonly string[]): boolean {
  return words.some(
    (word, at) => word === "--json" || word === "--format=json" || (word === "json" && words[at - 1] === "--format"),
  );
}

/** The signals that interrupt. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Calls `listener` at each of {@link SIGNALS}, until the function that it returns is called. */
function onSignals(listener: () => void): () => void {
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}

/** Whether a run has begun in this process. */
let hasBegun = false;

/** A signal that the first interrupt aborts, which `words` say; the second ends the process. */
export function interruptSignal(
  terminal: Pick<Terminal, "err">,
  words: string = "Ending the run; its results up to here are being written.",
): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  hasBegun = true;
  const onInterrupt = (): void => {
    // oxlint-disable-next-line unicorn/no-process-exit -- the user asked twice, and training may be in the middle of a call
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    terminal.err(`\n${words} Press Ctrl-C again to stop at once.\n`);
    controller.abort();
  };
  return { signal: controller.signal, release: onSignals(onInterrupt) };
}

/**
 * Ends the process with the exit code of interrupts if one comes while nobody else listens for them, and says so; to
 * programs, too, if the command line `words` asks for JSON. The function that it returns gives that up.
 */
export function endOnInterrupt(words: readonly string[]): () => void {
  const onInterrupt = (): void => {
    if (process.listenerCount("SIGINT") > 1) return;
    const error = hasBegun ? LATE : EARLY;
    process.stderr.write(`\n${error.message}\n`);
    if (asksForJson(words)) process.stdout.write(`${JSON.stringify({ error })}\n`, end);
    else end();
  };
  return onSignals(onInterrupt);
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

const LATE = {
  code: "interrupted",
  message: "interrupted after the last run; the runs in the store are kept",
  remedy: "`npx potluck runs` lists them, and `npx potluck report` writes their report.",
} as const;

/** Resolves when a signal is aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
