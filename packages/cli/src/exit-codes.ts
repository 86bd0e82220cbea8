/**
 * Exit codes of the `potluck` command. Documented in `docs/reference/command-line.md`.
 *
 * @module
 */

/** What the exit code says. */
export const exitCodes = {
  /** The command did what it was asked to do. */
  done: 0,
  /** The input was wrong: a fault, explained on standard error with its code. */
  fault: 1,
  /** The command line was wrong. */
  usage: 2,
  /** The run ended before its plan was carried out; its results are written and say why. */
  stalled: 3,
  /** A mistake in Potluck. */
  bug: 70,
  /** Interrupted by Ctrl-C or SIGTERM; what was finished until then is kept. */
  interrupted: 130,
  /** Nobody reads the output any more: what a shell reports of a command that a closed pipe has ended. */
  unread: 141,
} as const;
