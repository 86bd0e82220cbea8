/**
 * How files are reached: `#disk` (see this package's package.json) is Node's file system or, in a browser, a refusal.
 *
 * @module
 */

/** A file that is open. */
export interface OpenFile {
  readonly isFile: boolean;
  readonly sizeBytes: number;
  /** Fills `bytes` from position `at` of the file on; how many bytes it has filled, 0 at the end of the file. */
  readonly read: (bytes: Uint8Array, at: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** What there is of files, folders and paths. What cannot be read rejects with an error of the system, or with a Fault. */
export interface Disk {
  readonly open: (path: string) => Promise<OpenFile>;
  /** The names in a folder. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  /** The whole path that parts lead to, one after another. */
  readonly resolve: (...parts: readonly string[]) => string;
  /** The last name of a path. */
  readonly nameOf: (path: string) => string;
  /** The path of "package/file" in an installed npm package. Throws where there is none. */
  readonly installed: (request: string) => string;
}
