/**
 * The terminal: where commands write. Passed in, so that tests can read what a person would.
 *
 * @module
 */

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

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    interactive: process.stderr.isTTY,
    columns: process.stderr.columns ?? 100,
  };
}
