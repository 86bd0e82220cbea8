import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { readSafetensors } from "@potluck/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tiny } from "@potluck/testkit";
import { say, written } from "./sample-command.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const file = async (name: string, content: unknown): Promise<string> => written(folder, name, content);

describe("potluck simulate", () => {
  test("writes all its files and prints one object as the last line", async () => {
    const path = await file("tiny.json", tiny);
    const out = join(folder, "run");
    const said = await say("simulate", path, "--format", "json", "--out", out, "--workers", "1", "--seed", "3");
    expect(said.exitCode).toBe(0);
    const summary: unknown = JSON.parse(said.out.trimEnd().split("\n").at(-1) ?? "");
    expect(summary).toMatchObject({
      run: expect.stringMatching(/^tiny-\d{8}-\d{6}$/),
      seed: 3,
      rounds: 3,
      status: "finished",
      virtualSeconds: expect.any(Number),
      wallSeconds: expect.any(Number),
      testAccuracy: expect.any(Number),
      testLoss: expect.any(Number),
      bytesUp: expect.any(Number),
      bytesDown: expect.any(Number),
      modelHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      scorecard: { starvation: {}, delay: {}, unfairShare: {}, bottleneck: {} },
    });
    expect((await readdir(out)).sort()).toEqual([
      "history.jsonl",
      "metrics.jsonl",
      "model.onnx",
      "model.safetensors",
      "report.html",
      "result.json",
      "summary.json",
    ]);
    expect(JSON.parse(await readFile(join(out, "summary.json"), "utf8"))).toEqual(summary);
    const metrics = (await readFile(join(out, "metrics.jsonl"), "utf8")).trimEnd().split("\n");
    expect(metrics.map((line): unknown => JSON.parse(line))).toMatchObject(
      [0, 1, 2, 3].map((version) => ({ version })),
    );
  });

  test("the same seed gives the same metrics and model with one worker and with two", async () => {
    const path = await file("tiny.json", tiny);
    const files = await Promise.all(
      [1, 2].map(async (workers) => {
        const out = join(folder, `workers-${workers}`);
        await say("simulate", path, "--out", out, "--workers", String(workers));
        return Promise.all(["metrics.jsonl", "model.onnx"].map((name) => readFile(join(out, name))));
      }),
    );
    expect(files[1]).toEqual(files[0]);
  });

  test("model.onnx runs in plain onnxruntime, and model.safetensors holds the same parameters", async () => {
    const path = await file("tiny.json", tiny);
    const out = join(folder, "plain");
    await say("simulate", path, "--out", out);
    const session = await InferenceSession.create(await readFile(join(out, "model.onnx")));
    const features = new Tensor("float32", new Float32Array(2 * 5), [2, 5]);
    const { [session.outputNames[0] ?? ""]: scores } = await session.run({ [session.inputNames[0] ?? ""]: features });
    expect(scores?.dims).toEqual([2, 3]);
    const { values, layout } = readSafetensors(await readFile(join(out, "model.safetensors")));
    expect(values.length).toBe(5 * 8 + 8 + 8 * 3 + 3);
    expect(layout.length).toBe(4);
  });

  test("reads JSON that begins with a byte order mark", async () => {
    const path = await file("marked.json", `\uFEFF${JSON.stringify(tiny)}`);
    const said = await say("simulate", path, "--out", join(folder, "marked"));
    expect(said.exitCode).toBe(0);
    expect(said.out).toContain("finished: 3 versions were published");
  });

  test("prints where the report lies, for people", async () => {
    const out = join(folder, "people");
    const said = await say("simulate", await file("tiny.json", tiny), "--out", out);
    expect(said.out).toContain(join(out, "report.html"));
    expect(said.out).toContain("test accuracy");
    expect(said.err).toContain("version 3/3");
  });

  test("the report lists every file that lies beside it", async () => {
    const out = join(folder, "listed");
    await say("simulate", await file("tiny.json", tiny), "--out", out);
    const report = await readFile(join(out, "report.html"), "utf8");
    for (const name of await readdir(out)) expect(report.includes(`href="./${name}"`)).toBe(name !== "report.html");
  });

  test("does not write over another run unless it is told to", async () => {
    const path = await file("tiny.json", tiny);
    const out = join(folder, "twice");
    await say("simulate", path, "--out", out);
    const again = await say("simulate", path, "--out", out);
    expect(again.exitCode).toBe(1);
    expect(again.err).toContain("is not empty");
    expect((await say("simulate", path, "--out", out, "--force")).exitCode).toBe(0);
  });

  test("leaves an earlier run as it was when the new one is refused", async () => {
    const out = join(folder, "kept");
    await say("simulate", await file("tiny.json", tiny), "--out", out);
    const before = await readFile(join(out, "metrics.jsonl"), "utf8");
    const greedy = { ...tiny, plan: { ...tiny.plan, pacing: { name: "rounds", cohort: 7 } } };
    const refused = await say("simulate", await file("greedy.json", greedy), "--out", out, "--force");
    expect(refused.exitCode).toBe(1);
    expect(await readFile(join(out, "metrics.jsonl"), "utf8")).toBe(before);
  });

  test("Ctrl-C ends the run early and still writes everything", async () => {
    const long = { ...tiny, plan: { ...tiny.plan, versions: 100_000 } };
    const out = join(folder, "cut");
    const path = await file("long.json", long);
    const running = say("simulate", path, "--out", out, "--json");
    const timer = setInterval(() => existsSync(join(out, "metrics.jsonl")) && process.emit("SIGINT"), 20);
    const interrupted = await Promise.race([running, once(process, "SIGINT").then(() => "signalled")]);
    clearInterval(timer);
    expect(interrupted).toBe("signalled");
    const said = await running;
    expect(said.exitCode).toBe(130);
    expect(JSON.parse(said.out)).toMatchObject({ status: "interrupted" });
    const models = ["model.onnx", "model.safetensors"];
    const files = ["checkpoint.bin", "history.jsonl", "metrics.jsonl", ...models, "report.html", "result.json"];
    expect((await readdir(out)).toSorted()).toEqual([...files, "summary.json"]);
  });
});

describe("potluck methods", () => {
  test("lists every part under its room", async () => {
    const { out, exitCode } = await say("methods");
    expect(exitCode).toBe(0);
    for (const name of ["rounds", "by-examples", "fed-prox", "yogi", "dirichlet", "tiers", "mnist"]) {
      expect(out).toContain(name);
    }
  });

  test("shows a part's options with ranges and defaults, and its paper", async () => {
    const { out } = await say("methods", "fed-prox");
    expect(out).toContain("mu: a number ≥ 0; must be given");
    expect(out).toContain("https://arxiv.org/abs/1812.06127");
  });

  test("an unknown name is answered with similar ones", async () => {
    const said = await say("methods", "prox");
    expect(said.exitCode).toBe(1);
    expect(said.err).toContain("solver/fed-prox");
  });

  test("prints data for programs", async () => {
    const parts: unknown = JSON.parse((await say("methods", "--json")).out);
    expect(parts).toContainEqual(expect.objectContaining({ room: "server-optimizer", name: "yogi" }));
  });
});

test("the plan in README.md stands in the first example as it is", async () => {
  const root = join(import.meta.dirname, "../../..");
  const readme = await readFile(join(root, "README.md"), "utf8");
  const [, snippet = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  expect(snippet).toContain("federated({");
  expect(await readFile(join(root, "examples/01-first-run/plan.ts"), "utf8")).toContain(snippet);
});

test("help teaches what to type", async () => {
  const { out, exitCode } = await say("--help");
  expect(exitCode).toBe(0);
  expect(out).toContain("potluck simulate examples/01-first-run/plan.ts");
});
