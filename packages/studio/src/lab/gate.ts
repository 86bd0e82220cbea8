/**
 * A gate at which runs wait while they are paused.
 *
 * @module
 */

/** A gate, open at first. */
export interface Gate {
  readonly isShut: () => boolean;
  readonly shut: () => void;
  readonly open: () => void;
  /** Resolves when it is open. */
  readonly opened: () => Promise<void>;
}

/** Makes a gate. */
export function gate(): Gate {
  let waiting: PromiseWithResolvers<void> | null = null;
  return {
    isShut: () => waiting !== null,
    shut: () => {
      waiting ??= Promise.withResolvers();
    },
    open: () => {
      waiting?.resolve();
      waiting = null;
    },
    opened: async () => waiting?.promise,
  };
}
