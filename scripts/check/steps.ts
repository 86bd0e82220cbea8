/**
 * The steps of `npm run check`: what each runs, and what to do when it fails.
 *
 * @module
 */
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

/** A command: a script of a tool or of this repository, relative to its root, and what it is given. */
export type Command = readonly [script: string, ...given: readonly string[]];

/** One step of the check. */
export interface Step {
  readonly name: string;
  /** All are run, one after another; the step fails if one of them does. */
  readonly commands: readonly Command[];
  /** What to do when the step fails. */
  readonly remedy: string;
  /** Each command is ended after this long. */
  readonly limitSeconds: number;
  /** What the step leaves out, and why; shown with its result. */
  readonly note?: string;
}

const prettier = "node_modules/prettier/bin/prettier.cjs";
const oxlint = "node_modules/oxlint/bin/oxlint";
const tsc = "node_modules/@typescript/native/bin/tsc";
const depcruise = "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs";
const knip = "node_modules/knip/bin/knip.js";
const vitest = "node_modules/vitest/vitest.mjs";

/** Puts right what can be put right without a thought: `npm run check -- --fix` runs these first. */
export const fixes: readonly Command[] = [
  [oxlint, "--fix"],
  [prettier, "--write", "--log-level", "warn", "."],
];

const format: Step = {
  name: "format",
  commands: [[prettier, "--check", "--cache", "--log-level", "warn", "."]],
  remedy: "Run `npm run check -- --fix`: it formats.",
  limitSeconds: 120,
};

const lint: Step = {
  name: "lint",
  commands: [[oxlint]],
  remedy:
    "Change what the lines above name; `npm run check -- --fix` does the simple ones. .oxlintrc.json has the rules.",
  limitSeconds: 180,
};

function types(root: string): Step {
  // A package's own, and that of its part for browsers.
  const packages = globSync("packages/{*,*/src/**}/tsconfig.json", { cwd: root }).toSorted();
  const hasPeers = existsSync(join(root, "bench/node_modules"));
  const projects = [
    ...packages,
    "tsconfig.json",
    ...(hasPeers ? ["bench/tsconfig.json", "bench/browser-page/tsconfig.json"] : []),
  ];
  return {
    name: "types",
    commands: projects.map((project) => [tsc, "--project", project]),
    remedy: "Change the types where the compiler points. No `any`, no assertion: narrow, or parse.",
    limitSeconds: 120,
    ...(hasPeers ? {} : { note: "without bench: its peers are not installed; `npm ci --prefix bench` does that" }),
  };
}

function imports(root: string): Step {
  const folders = ["packages", "scripts", "examples", "reproductions", "bench"];
  const existing = folders.filter((folder) => existsSync(join(root, folder)));
  return {
    name: "imports",
    commands: [[depcruise, "--output-type", "err-long", ...existing]],
    remedy: "Imports point one way, see scripts/import-law/law.ts. Each rule above says what it wants.",
    limitSeconds: 120,
  };
}

const deadCode: Step = {
  name: "dead-code",
  commands: [[knip, "--no-progress", "--no-config-hints"]],
  remedy: "Delete what nothing uses, or use it. What is meant for users is exported by the package's src/index.ts.",
  limitSeconds: 120,
};

const links: Step = {
  name: "links",
  commands: [["scripts/documents/run.ts", "links"]],
  remedy: "Let each link lead to a file of the repository, and each anchor to a heading.",
  limitSeconds: 60,
};

const wording: Step = {
  name: "wording",
  commands: [["scripts/documents/run.ts", "wording"]],
  remedy: "Say it otherwise; scripts/documents/wording.ts lists what does not belong in the product.",
  limitSeconds: 60,
};

function tests(testReport: string): Step {
  return {
    name: "tests",
    commands: [[vitest, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${testReport}`]],
    remedy: "Run the failing file alone while you mend it: `npx vitest run packages/…/name.test.ts`.",
    limitSeconds: 780,
  };
}

/** The steps for the repository at `root`, quick ones first. The tests write their counts to `testReport`, as JSON. */
export function stepsOf(root: string, testReport: string): readonly Step[] {
  return [format, lint, types(root), imports(root), deadCode, links, wording, tests(testReport)];
}
