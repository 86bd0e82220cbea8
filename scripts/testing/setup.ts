/**
 * Runs around every test of the repository: a test in which something writes to the console fails. A test about such
 * output replaces the method itself, with `vi.spyOn(console, "log").mockImplementation(...)`. Runs are kept in a folder
 * that goes away with the tests.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach } from "vitest";
import { listen } from "./quiet-console.ts";

const store = mkdtempSync(join(tmpdir(), "potluck-runs-"));
process.env["POTLUCK_STORE"] = store;

afterAll(() => {
  rmSync(store, { recursive: true });
});

let listening = listen({ ...console });

beforeEach(() => {
  listening = listen(console);
});

afterEach(() => {
  const [first] = listening.stop();
  if (first !== undefined) throw first;
});
