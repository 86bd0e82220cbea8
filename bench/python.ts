/**
 * The Pythons that peers run on: those that the environment variable PYTHON names, one or several with the path's
 * delimiter between them; `python3` by default.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { delimiter } from "node:path";

/** All of them, the first before the others. */
export function pythons(): readonly string[] {
  return (process.env["PYTHON"] ?? "python3").split(delimiter);
}

/** The first Python that has all these modules; null where there is none. */
export function pythonWith(modules: readonly string[]): string | null {
  const missing = "import sys, importlib.util as u; sys.exit(any(u.find_spec(m) is None for m in sys.argv[1:]))";
  return pythons().find((python) => spawnSync(python, ["-c", missing, ...modules]).status === 0) ?? null;
}

/** The version of a package of `python`; "?" where there is none. */
export function packageVersion(python: string, name: string): string {
  const print = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))";
  const { status, stdout } = spawnSync(python, ["-c", print, name], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : "?";
}
