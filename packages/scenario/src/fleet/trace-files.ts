/**
 * How files of recorded devices are reached: `#trace` (see this package's package.json) is Node's file system or, in a
 * browser, a refusal.
 *
 * @module
 */

/** Files by their paths. What cannot be read rejects with an error of the system, or with a Fault. */
export interface TraceFiles {
  readonly sizeBytes: (path: string) => Promise<number>;
  readonly read: (path: string) => Promise<Uint8Array>;
}
