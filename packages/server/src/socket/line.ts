/**
 * One end of a connection, whatever carries it.
 *
 * @module
 */

/** One end of a connection. */
export interface Line {
  readonly send: (message: Uint8Array) => void;
  readonly close: () => void;
}

/** What a connection is told of. */
export interface LineListener {
  readonly onMessage: (message: Uint8Array) => void;
  readonly onClosed: () => void;
}
