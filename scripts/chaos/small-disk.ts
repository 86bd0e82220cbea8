/**
 * A file system of a few megabytes, which can be filled up. It takes a Linux that lets one be mounted.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A small disk. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves no more than so many pages free. */
  readonly fill: (pages: number) => Promise<void>;
  /** Makes room again. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const MEBIBYTES = 32;
const PIECE = 1 << 20;

/** A small disk that is empty; where none can be had, why, in words. */
export async function smallDisk(): Promise<SmallDisk | string> {
  const folder = await mkdtemp(join(tmpdir(), "potluck-disk-"));
  const run = promisify(execFile);
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${MEBIBYTES}m`, "tmpfs", folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    return `no small disk can be mounted here: ${error instanceof Error ? error.message : String(error)}`;
  }
  const ballast = join(folder, "ballast");
  return {
    folder,
    fill: async (pages) => fill(ballast, pages),
    clear: async () => rm(ballast, { force: true }),
    close: async () => {
      await run("umount", [folder]);
      await rm(folder, { recursive: true });
    },
  };
}

const PAGE = 4096;

/** Writes into a file until there is no room, by ever smaller pieces, and gives some of it back. */
async function fill(path: string, pages: number): Promise<void> {
  const file = await open(path, "a");
  try {
    for (let size = PIECE; size >= 1;) {
      const { bytesWritten } = await file.write(new Uint8Array(size)).catch(() => ({ bytesWritten: 0 }));
      if (bytesWritten < size) size >>= 1;
    }
    await file.truncate(Math.max(0, (await file.stat()).size - PAGE * pages));
  } finally {
    await file.close();
  }
}
