/**
 * Runs benchmarks and prints their tables: `npm run bench -- [NAME …] [--json]`, by the names below. Without names it
 * runs all. With `--json` each table is also written to `bench/results/NAME.json`.
 *
 * @module
 */
import { execSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Bench, type BenchTable, formatTable } from "./table.ts";

/** The benchmarks by name. They are loaded after their peers are installed. */
const BENCHES: Readonly<Record<string, (name: string) => Promise<readonly Bench[]>>> = {
  engine: async () => {
    const modules = [import("./engine.ts"), import("./engine-choices.ts"), import("./engine-sessions.ts")];
    return (await Promise.all([...modules, import("./browser.ts")])).map((module) => module.default);
  },
  aggregate: async () => [(await import("./aggregate.ts")).default],
  codec: async () => [(await import("./codec.ts")).default],
  coding: async () => [(await import("./coding.ts")).default],
  browser: async () => [(await import("./browser.ts")).default],
  cost: async () => [(await import("./cost.ts")).default],
  simulator: async () => {
    const modules = [import("./simulator.ts"), import("./simulator-training.ts"), import("./simulator-peers.ts")];
    return (await Promise.all(modules)).map((module) => module.default);
  },
  pacings: async () => [(await import("./pacings.ts")).default],
  server: async () => (await import("./server.ts")).default,
  "server-latency": serverPart,
  "server-large": serverPart,
  "server-idle": serverPart,
  "server-memory": serverPart,
  "simulator-training": async () => [(await import("./simulator-training.ts")).default],
  "simulator-peers": async () => [(await import("./simulator-peers.ts")).default],
};

const HERE = new URL(".", import.meta.url);
const RESULTS = new URL("results/", HERE);

await main();

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } });
  const unknown = positionals.find((name) => !(name in BENCHES));
  if (unknown !== undefined) {
    console.error(`There is no benchmark "${unknown}". There are: ${Object.keys(BENCHES).join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  installPeers();
  console.log(`Machine: ${Object.values(machine()).join(", ")}\n`);
  for (const { name, run } of await chosen(positionals)) {
    const table = await run();
    console.log(`${formatTable(table)}\n`);
    if (values.json === true) await store(name, table);
  }
}

/** The benchmarks that go by these names, or all; each once. */
async function chosen(names: readonly string[]): Promise<ReadonlySet<Bench>> {
  const all = Object.entries(BENCHES).filter(([name]) => names.length === 0 || names.includes(name));
  const loaded: Bench[] = [];
  for (const [name, load] of all) loaded.push(...(await load(name)));
  return new Set(loaded);
}

/** The part of this name. */
async function serverPart(name: string): Promise<readonly Bench[]> {
  return (await import("./server.ts")).default.filter((part) => part.name === name);
}

/** Installs the peers where they are missing. They have a lock file of their own. */
function installPeers(): void {
  if (existsSync(new URL("node_modules", HERE))) return;
  console.log("The benchmarks' peers are not installed yet: npm ci --prefix bench");
  execSync("npm ci --prefix bench", { cwd: fileURLToPath(new URL("..", HERE)), stdio: "inherit" });
}

function machine(): { readonly processor: string; readonly cores: string; readonly node: string; readonly on: string } {
  return {
    processor: cpus()[0]?.model ?? "unknown processor",
    cores: `${availableParallelism()} cores`,
    node: `Node ${process.version}`,
    on: `${process.platform} ${process.arch}`,
  };
}

async function store(name: string, table: BenchTable): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const file = new URL(`${name}.json`, RESULTS);
  await writeFile(file, `${JSON.stringify({ machine: machine(), ...table }, null, 2)}\n`);
  console.log(`Written: bench/results/${name}.json\n`);
}
