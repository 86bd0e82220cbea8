/**
 * Library code has nothing to say on the console. This listens there, so that a test can fail when something does.
 *
 * @module
 */

const METHODS = ["debug", "error", "info", "log", "trace", "warn"] as const;

/** Takes the place of the methods of `target` until {@link Listening.stop}. */
export interface Listening {
  /** Puts the methods back. Returns one error for each call that was made, with the place it came from. */
  readonly stop: () => readonly Error[];
}

/** Listens to what is written to a console, which stays silent meanwhile. */
export function listen(target: Pick<Console, (typeof METHODS)[number]>): Listening {
  const original = { ...target };
  const written: Error[] = [];
  for (const method of METHODS) {
    target[method] = (...values: readonly unknown[]): void => {
      written.push(new Error(`console.${method}(${values.map(String).join(", ")}) was called in a test`));
    };
  }
  return {
    stop: () => {
      for (const method of METHODS) target[method] = original[method];
      return written;
    },
  };
}
