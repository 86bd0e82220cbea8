/** The engine in a real browser: the same package, bundled as a user would, on onnxruntime-web. */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { present } from "@potluck/core";
import { findBrowser, NO_BROWSER, openBrowser, serveSite, type Site } from "@potluck/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixtures, FOLDER, misses, readGolden, rulesFor, STEPS } from "../../pytorch-golden.ts";
import type { Backend } from "../../runtime/backend.ts";
import type { Page, TrainingRun } from "./page/page.ts";

/** A page that trains loads the WebAssembly of ONNX Runtime and no more than so many bytes of everything else. */
const MAX_PROGRAM_BYTES = 150_000;
/** WebGPU on the processor takes seconds to compile the shaders of a model. */
const SLOW_MILLISECONDS = 180_000;

/** Calls a function of a page. */
type Call = <Name extends keyof Page>(
  name: Name,
  argument: Parameters<Page[Name]>[0],
) => Promise<Awaited<ReturnType<Page[Name]>>>;

const path = findBrowser();

describe.skipIf(path === null)(path === null ? NO_BROWSER : "in a browser", () => {
  let site: Site;
  let browser: Awaited<ReturnType<typeof openBrowser>>;

  beforeAll(async () => {
    [site, browser] = await Promise.all([
      serveSite({ page: join(import.meta.dirname, "page"), files: FOLDER }),
      openBrowser(present(path, "a browser")),
    ]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Calls functions of a new page. */
  async function newPage(way: "isolated" | "plain" = "plain"): Promise<Call> {
    const page = await browser.newPage();
    await page.goto(`${site.origin}/${way}/index.html`);
    return (name, argument) => page.evaluate(`page.${name}(${JSON.stringify(argument)})`);
  }

  describe.each<readonly [string, Backend, readonly string[]]>([
    ["WebAssembly", "wasm", [...new Set(fixtures.map(({ model }) => model))]],
    // One, as shaders are compiled slowly; it has nodes that must be left to the processor.
    ["WebGPU", "webgpu", ["fedavg-cnn"]],
  ])("with %s", (_, backend, models) => {
    let call: Call;

    beforeAll(async () => {
      call = await newPage();
    });

    test.each(models)(
      "five steps of SGD on %s leave the parameters that PyTorch gets",
      async (model) => {
        const { file, initializers } = present(
          fixtures.find((fixture) => fixture.file === `${model}.onnx`),
          model,
        );
        const golden = readGolden(model);
        const run = { ...pytorchRun(model, file), rules: rulesFor(initializers), runtime: { backend } };
        const trained = new Map(Object.entries(await call("train", run)));
        expect(trained.size).toBeGreaterThan(0);
        expect(misses({ golden, prefix: "sgd", initializers }, trained)).toEqual([]);
      },
      SLOW_MILLISECONDS,
    );
  });

  test.each(["plain", "isolated"] as const)("workers of a page (%s) train as the page itself would", async (way) => {
    const call = await newPage(way);
    const { params, paramsInPage, correct, timerFiredFirst, sharesMemory } = await call("trainInPool", 2);
    expect(params).toEqual(paramsInPage);
    expect(correct).toBe(64);
    expect({ timerFiredFirst, sharesMemory }).toEqual({ timerFiredFirst: true, sharesMemory: way === "isolated" });
  });

  test("a page that trains in a worker loads one WebAssembly and little else", async () => {
    site.loaded();
    const call = await newPage();
    expect(await call("faultOfPool", {})).toBeNull();
    const loaded = site.loaded();
    const programs = loaded.filter((name) => !name.endsWith(".wasm"));
    const bytes = programs.map((name) => gzipSync(site.contents.get(name) ?? "").length);
    expect(loaded.filter((name) => name.endsWith(".wasm"))).toHaveLength(1);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_PROGRAM_BYTES);
  });

  test("a backend that browsers do not have is refused, also when workers are to use it", async () => {
    const call = await newPage();
    expect(await call("faultOfPool", { backend: "cpu" })).toEqual(["option-invalid", expect.stringContaining("cpu")]);
  });

  test("files of ONNX Runtime that are not where the page says are a fault of their own", async () => {
    const call = await newPage();
    const files = `${site.origin}/plain/nowhere/`;
    expect(await call("faultOfPool", { files })).toEqual(["file-missing", expect.stringContaining("nowhere")]);
  });
});

/** What PyTorch did to a model: its steps on its batch. */
function pytorchRun(model: string, file: string): Omit<TrainingRun, "rules" | "runtime"> {
  const golden = readGolden(model);
  const { shape, values } = present(golden.get("inputs"), "inputs");
  const { values: targets } = present(golden.get("targets"), "targets");
  const isText = shape.length === 2;
  const format = { dataType: isText ? "int32" : "float32", scale: 1 } as const;
  return {
    model: `/files/${file}`,
    learningRate: 0.05,
    steps: STEPS,
    features: values,
    format,
    targets,
    rows: shape[0] ?? 0,
  };
}
