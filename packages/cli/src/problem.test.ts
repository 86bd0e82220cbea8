import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tiny } from "@potluck/testkit";
import { type Said, say, written } from "./sample-command.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const file = async (name: string, content: unknown): Promise<string> => written(folder, name, content);

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
    [
      "a link so slow that no model would ever arrive",
      { ...tiny, fleet: { name: "uniform", downloadBytesPerSecond: 1e-306 } },
      ["downloadBytesPerSecond", "≥ 1", "got 1e-306"],
    ],
    [
      "shares of tiers whose sum is not a number any more",
      { ...tiny, fleet: { name: "tiers", shares: [1e308, 1e308, 1e308] } },
      ["shares", "≤ 1000000"],
    ],
    [
      "more examples than fit into memory",
      { ...tiny, data: { name: "gaussians", features: 65536, examplesPerClass: 1e9 } },
      ["10000000200 examples of 65536 features", "Lower examplesPerClass"],
    ],
    ...[{ epochs: 1, steps: 1, batchSize: 8 }, { batchSize: 8 }, 5, null, undefined].map(
      (work) =>
        [
          `work that is ${JSON.stringify(work)}`,
          { ...tiny, plan: { ...tiny.plan, work } },
          ["work needs epochs or steps, not both, and batchSize", "work: { epochs: 1, batchSize: 32 }"],
        ] as const,
    ),
    [
      "work of half an epoch",
      { ...tiny, plan: { ...tiny.plan, work: { epochs: 0.5, batchSize: 8 } } },
      ["epochs must be a whole number ≥ 1, got 0.5"],
    ],
    ["broken JSON", "{", ["wrong.json", "not JSON", "line 1 column 2"]],
    [
      "JSON that gives a field twice",
      `{ "name": "one",\n${JSON.stringify(tiny).slice(1)}`,
      ['wrong.json": the field "name" is given twice in one object (line 2 column 1)', "(scenario-invalid; "],
    ],
    ["an impossible name", { ...tiny, name: "No Name" }, ["lower-case"]],
    [
      "a name that is too long for a folder",
      { ...tiny, name: "a".repeat(101) },
      ["name must be at most 100 characters long", "(scenario-invalid; "],
    ],
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

  test.each(["", "work: null"])("a module whose plan has no work: %j", async (work) => {
    const core = join(import.meta.dirname, "../../core/src/index.ts");
    const said = await say(
      "simulate",
      await file(
        `idle${work.length}.mjs`,
        `import { federated, pacing, solver } from ${JSON.stringify(core)};
        const parts = { pacing: pacing.rounds({ cohort: 1 }), solver: solver.sgd({ learningRate: 1 }) };
        export default federated({ ...parts, versions: 1, ${work} });`,
      ),
    );
    expect(said.exitCode).toBe(1);
    expect(said.err).toContain("work needs epochs or steps, not both, and batchSize");
    expect(said.err).toContain("option-invalid");
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

describe("with --format json the last line of standard output says what went wrong", () => {
  const json = ["--format", "json"] as const;

  /** The last line of standard output. */
  function lastLine({ out }: Said): unknown {
    return JSON.parse(out.trimEnd().split("\n").at(-1) ?? "");
  }

  test("of a scenario that does not exist, with the sentence of standard error and the same exit code", async () => {
    const path = join(folder, "nowhere.json");
    const said = await say("simulate", path, ...json);
    const message = `the scenario "${path}" does not exist`;
    const remedy = "Check the path; it is relative to the current folder.";
    expect(lastLine(said)).toEqual({ error: { code: "file-missing", message, remedy } });
    expect(said.err).toContain(`error: ${message}\n${remedy}\n`);
    expect(said.exitCode).toBe(1);
  });

  test.each([
    ["an unknown field", { ...tiny, plant: {} }, "scenario-invalid", /plant/],
    ["broken JSON", "{", "scenario-invalid", /not JSON/],
    ["an option out of range", { ...tiny, partition: { name: "iid", clients: 0 } }, "option-invalid", /clients/],
  ])("of %s", async (_, content, code, message) => {
    const said = await say("simulate", await file("wrong.json", content), "--format=json");
    expect(lastLine(said)).toMatchObject({
      error: { code, message: expect.stringMatching(message), remedy: expect.stringMatching(/./) },
    });
    expect(said.exitCode).toBe(1);
  });

  test("of a wrong command line", async () => {
    const said = await say("simulate", "x.json", "--seed", "minus one", ...json);
    const message = expect.stringMatching(/^option '--seed <n>' .* whole number/);
    expect(lastLine(said)).toEqual({ error: { code: "usage", message, remedy: "Try --help." } });
    expect(said.exitCode).toBe(2);
  });

  test("of a part that does not exist", async () => {
    expect(lastLine(await say("methods", "prox", ...json))).toMatchObject({ error: { code: "part-unknown" } });
  });

  test("of a mistake in Potluck", async () => {
    const empty = `const parts = ["model", "data", "partition", "fleet"].map((room) => [room, { part: { room, name: "empty" } }]);
      export default { name: "empty", ...Object.fromEntries(parts), plan: { parts: [], strategy: {} } };`;
    const said = await say("simulate", await file("empty.mjs", empty), ...json);
    expect(lastLine(said)).toMatchObject({
      error: { code: "bug", remedy: expect.stringMatching(/Please report it\.$/) },
    });
    expect(said.err).toContain("    at ");
    expect(said.exitCode).toBe(70);
  });

  test("and help stays help", async () => {
    const said = await say("simulate", "--help", ...json);
    expect(said.exitCode).toBe(0);
    expect(said.out).toContain('{"error":{"code"');
  });

  test("and without it standard output stays empty", async () => {
    expect((await say("simulate", join(folder, "nowhere.json"))).out).toBe("");
  });
});
