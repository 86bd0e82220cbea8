/**
 * Runs around every test of the repository: a test in which something writes to the console fails. A test about such
 * output replaces the method itself, with `vi.spyOn(console, "log").mockImplementation(...)`.
 *
 * @module
 */
import { afterEach, beforeEach } from "vitest";
import { listen } from "./quiet-console.ts";

let listening = listen({ ...console });

beforeEach(() => {
  listening = listen(console);
});

afterEach(() => {
  const [first] = listening.stop();
  if (first !== undefined) throw first;
});
