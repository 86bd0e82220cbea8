import { defineConfig } from "vitest/config";

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
    maxWorkers: "100%",
    testTimeout: 30_000,
  },
});
