/**
 * How files are reached: `#files` (see this package's package.json) is Node's file system or, in a browser, a refusal.
 *
 * @module
 */

/** What can be done with files. */
export interface FileAccess {
  /**
   * The bytes of the file at `path`; null where there is none. Throws Fault "file-missing" for one that cannot be read and
   * "model-unsupported" for one of more than `maxBytes`.
   */
  readonly read: (path: string, maxBytes: number) => Uint8Array | null;
  /** Writes `parts`, one after another, as the file at `path`. Throws Fault "output-unwritable". */
  readonly write: (path: string, parts: readonly Uint8Array[]) => void;
  /** The path of the file called `name` in the folder of the file at `path`. */
  readonly beside: (path: string, name: string) => string;
}
