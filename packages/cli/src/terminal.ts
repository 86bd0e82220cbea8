/**
 * The terminal: where commands write. Passed in, so that tests can read what a person would.
 *
 * @module
 */
import { exitCodes } from "./exit-codes.ts";

/** Where commands write. */
export interface Terminal {
  /** Results. Ends without a line break of its own. */
  readonly out: (text: string) => void;
  /** Progress and problems. */
  readonly err: (text: string) => void;
  /** Whether a person watches `err`: lines may be overwritten. */
  readonly interactive: boolean;
  /** Width of a line. */
  readonly columns: number;
}

/**
 * The terminal of this process. Ends the process quietly when nobody reads on, as in `potluck methods | head -1`.
 */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", endIfUnread);
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    interactive: process.stderr.isTTY,
    columns: process.stderr.columns ?? 100,
  };
}

function endIfUnread(error: Error): void {
  if (!("code" in error) || error.code !== "EPIPE") throw error;
  // oxlint-disable-next-line unicorn/no-process-exit -- what is still to be said has no reader
  process.exit(exitCodes.unread);
}
