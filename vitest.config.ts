import { join } from "node:path";
import { defineConfig } from "vitest/config";

// Worker threads and commands that the tests start load TypeScript themselves, hundreds of files each. This keeps what
// Node makes of a file for the next that loads it; of a file that has changed since, it makes it anew.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "node_modules/.cache/node");

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "examples/**/*.test.ts",
      "reproductions/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**"],
    setupFiles: ["scripts/testing/setup.ts"],
    // Processes rather than threads: native addons and worker threads of the code under test stay apart.
    pool: "forks",
    // Files share a process and the modules that it has loaded: loading all anew for each file takes longer than most
    // files' tests. So no test may count on a module's state at its first import, or leave a listener or a setting of
    // the process behind; what needs a process of its own starts one.
    isolate: false,
    maxWorkers: "100%",
    testTimeout: 30_000,
    // What is waited for comes when it comes: a machine with neighbours is slow.
    expect: { poll: { timeout: 20_000 } },
  },
});
