import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { readSafetensors } from "@potluck/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "./main.ts";
import type { Terminal } from "./terminal.ts";

interface Said {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Runs a command line and keeps what it says. */
async function say(...words: readonly string[]): Promise<Said> {
  const said = { out: "", err: "" };
  const terminal: Terminal = {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    interactive: false,
    columns: 100,
  };
  const exitCode = await main(words, terminal);
  return { exitCode, ...said };
}

const tiny = {
  name: "tiny",
  model: { name: "mlp", hidden: [8] },
  data: { name: "gaussians", classes: 3, features: 5, examplesPerClass: 60 },
  partition: { name: "iid", clients: 6 },
  fleet: { name: "uniform" },
  plan: {
    pacing: { name: "rounds", cohort: 3 },
    solver: { name: "sgd", learningRate: 0.1 },
    work: { epochs: 1, batchSize: 8 },
    versions: 3,
  },
};

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

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
      "metrics.jsonl",
      "model.onnx",
      "model.safetensors",
      "report.html",
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

  test("prints where the report lies, for people", async () => {
    const out = join(folder, "people");
    const said = await say("simulate", await file("tiny.json", tiny), "--out", out);
    expect(said.out).toContain(join(out, "report.html"));
    expect(said.out).toContain("test accuracy");
    expect(said.err).toContain("round 3/3");
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
    const running = say("simulate", path, "--out", out, "--format", "json");
    const timer = setInterval(() => existsSync(join(out, "metrics.jsonl")) && process.emit("SIGINT"), 20);
    const interrupted = await Promise.race([running, once(process, "SIGINT").then(() => "signalled")]);
    clearInterval(timer);
    expect(interrupted).toBe("signalled");
    const said = await running;
    expect(said.exitCode).toBe(130);
    expect(JSON.parse(said.out)).toMatchObject({ status: "interrupted" });
    expect((await readdir(out)).length).toBe(5);
  });
});

describe("wrong input says what, where, and what to do", () => {
  const wrong: readonly (readonly [string, unknown, readonly string[]])[] = [
    ["an unknown field", { ...tiny, plant: {} }, ["wrong.json", "plant"]],
    ["a missing field", { ...tiny, model: undefined }, ["wrong.json", "model"]],
    ["an unknown part", { ...tiny, fleet: { name: "fleeet" } }, ['no fleet called "fleeet"', '"tiers"']],
    ["an unknown option", { ...tiny, fleet: { name: "uniform", speed: 1 } }, ['no option "speed"', "flopsPerSecond"]],
    ["an option out of range", { ...tiny, partition: { name: "iid", clients: 0 } }, ["clients", "≥ 1", "got 0"]],
    ["an option of the wrong type", { ...tiny, partition: { name: "iid", clients: "six" } }, ["clients", '"six"']],
    [
      "more clients wanted than there are",
      { ...tiny, plan: { ...tiny.plan, pacing: { name: "rounds", cohort: 7 } } },
      ["6 clients"],
    ],
    ["broken JSON", "{", ["wrong.json", "not JSON"]],
    ["an impossible name", { ...tiny, name: "No Name" }, ["lower-case"]],
  ];

  test.each(wrong)("%s", async (_, content, sentences) => {
    const said = await say("simulate", await file("wrong.json", content), "--out", join(folder, "wrong"));
    expect(said.exitCode).toBe(1);
    for (const sentence of sentences) expect(said.err).toContain(sentence);
    expect(said.err).not.toContain("    at ");
  });

  test("a missing file", async () => {
    const said = await say("simulate", join(folder, "nowhere.ts"));
    expect(said.exitCode).toBe(1);
    expect(said.err).toContain("does not exist");
  });

  test("a folder in place of a file, and a file in place of a folder", async () => {
    const asFile = await say("simulate", await file("tiny.json", tiny), "--out", await file("taken", "text"));
    expect(asFile.exitCode).toBe(1);
    expect(asFile.err).toContain("output-unwritable");
    await mkdir(join(folder, "folder.json"));
    expect((await say("simulate", join(folder, "folder.json"))).err).toContain("file-missing");
  });

  test("a module whose scenario has unknown or wrong fields", async () => {
    const said = await say("simulate", await file("typo.mjs", "export default { name: 'My Run', targetAcuracy: 97 };"));
    expect(said.exitCode).toBe(1);
    expect(said.err).toContain("targetAcuracy");
    expect(said.err).toContain("lower-case");
  });

  test("a module that exports something else", async () => {
    const said = await say("simulate", await file("other.mjs", "export default 7;"));
    expect(said.exitCode).toBe(1);
    expect(said.err).toContain("must be a scenario");
  });

  test("a corrupt model", async () => {
    const model = { name: "onnx", path: await file("broken.onnx", "this is not a model") };
    const said = await say("simulate", await file("broken.json", { ...tiny, model }), "--out", join(folder, "broken"));
    expect(said.exitCode).toBe(1);
    expect(said.err).toContain("model-invalid");
  });

  test("a wrong command line", async () => {
    expect((await say("simulate")).exitCode).toBe(2);
    const said = await say("simulate", "x.json", "--seed", "minus one");
    expect(said.exitCode).toBe(2);
    expect(said.err).toContain("whole number");
    expect((await say("simulat")).exitCode).toBe(2);
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
    const parts: unknown = JSON.parse((await say("methods", "--format", "json")).out);
    expect(parts).toContainEqual(expect.objectContaining({ room: "server-optimizer", name: "yogi" }));
  });
});

test("help teaches what to type", async () => {
  const { out, exitCode } = await say("--help");
  expect(exitCode).toBe(0);
  expect(out).toContain("potluck simulate examples/01-first-run/plan.ts");
});
