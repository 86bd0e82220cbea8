/**
 * The engine in a browser: one step of plain descent on the CNN of federated averaging, with WebAssembly on one thread,
 * in turn with Node.
 *
 * @module
 */
import { join } from "node:path";
import { rootKey } from "@potluck/core";
import { findBrowser, NO_BROWSER, openBrowser, serveSite } from "@potluck/testkit";
import { BATCH_SIZE, cnn, digits, openTrainer } from "./engine-tasks.ts";
import { median, speedup } from "./measure.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const STEPS = 3;
const WARM_UPS = 2;
const REPETITIONS = 15;

const bench: Bench = { name: "browser", run: measured };
export default bench;

/** Gives the seconds that one step took. */
type TakeSteps = () => Promise<number>;

async function measured(): Promise<BenchTable> {
  const title = `browser: one step of plain descent, CNN, batches of ${BATCH_SIZE}, one thread`;
  const path = findBrowser();
  if (path === null) return { title, rows: [], notes: [NO_BROWSER] };
  const page = join(import.meta.dirname, "browser-page");
  const [site, browser] = await Promise.all([serveSite({ page, files: page }), openBrowser(path)]);
  try {
    const tab = await browser.newPage();
    await tab.goto(`${site.origin}/plain/index.html`);
    await tab.evaluate(`prepare(${STEPS})`);
    const rows = await compared(await inNode(), () => tab.evaluate<number>("takeSteps()"));
    return {
      title,
      rows,
      notes: [`${STEPS} steps in one call. Browser: Chromium ${browser.version()}, WASM with SIMD.`],
    };
  } finally {
    await browser.close();
    await site.close();
  }
}

async function inNode(): Promise<TakeSteps> {
  const model = cnn(rootKey(1));
  const task = digits(model, STEPS, rootKey(1));
  const trainer = await openTrainer(model);
  return async () => {
    const start = performance.now();
    await trainer.train(task);
    return (performance.now() - start) / 1000 / STEPS;
  };
}

async function compared(node: TakeSteps, browser: TakeSteps): Promise<readonly BenchRow[]> {
  const timings: { readonly node: number[]; readonly browser: number[] } = { node: [], browser: [] };
  for (let repetition = -WARM_UPS; repetition < REPETITIONS; repetition++) {
    const [a, b] = [await node(), await browser()];
    if (repetition < 0) continue;
    timings.node.push(a);
    timings.browser.push(b);
  }
  const slowdown = speedup(timings.node, timings.browser);
  return [
    { ...rowOf("browser, WASM", timings.browser), ratio: slowdown, peer: "Node", target: "≤ 4" },
    rowOf("Node", timings.node),
  ];
}

function rowOf(what: string, seconds: readonly number[]): BenchRow {
  const milliseconds = seconds.map((time) => 1000 * time);
  return { what, value: median(milliseconds), best: Math.min(...milliseconds), unit: "ms" };
}
