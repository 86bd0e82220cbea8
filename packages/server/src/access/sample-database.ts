/**
 * A database of access for tests, and a clock that tests set.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { Database } from "../store/database.ts";
import { openAccessDatabase } from "./access-database.ts";

/** What a test has. */
export interface Sample {
  folder: string;
  database: Database;
  /** Seconds since 1970. */
  now: number;
  /** Closes the database and opens it again, as a coordinator that starts anew. */
  readonly restart: () => void;
}

const EARLIEST = 1_000_000;

/** A new database in a folder of its own before every test, gone after it. */
export function sampleDatabase(): Sample {
  const open = (): Database => openAccessDatabase(sample.folder);
  const sample: Sample = {
    folder: "",
    // Opened before the first test.
    database: openAccessDatabase(mkdtempSync(join(tmpdir(), "potluck-"))),
    now: EARLIEST,
    restart: () => {
      sample.database.close();
      sample.database = open();
    },
  };
  sample.database.close();
  beforeEach(() => {
    sample.folder = mkdtempSync(join(tmpdir(), "potluck-"));
    sample.database = open();
    sample.now = EARLIEST;
  });
  afterEach(() => {
    sample.database.close();
    rmSync(sample.folder, { recursive: true, force: true });
  });
  return sample;
}
