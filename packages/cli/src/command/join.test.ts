import { codec, feedback, rootKey, solver, taskId } from "@potluck/core";
import { crossEntropy, initialParams, mlp, writeModel } from "@potluck/engine";
import { parseScenario, scenarioToJson } from "@potluck/scenario";
import { openCoordinator } from "@potluck/server";
import { type FakeCoordinator, fakeCoordinator, type FakeOptions } from "@potluck/testkit";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleTable, say, written } from "../sample-command.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

test("a table is joined with, and the command ends with the run", async () => {
  const data = await written(folder, "table.csv", sampleTable(1));
  const scenario = parseScenario(
    {
      name: "table",
      model: { name: "mlp", hidden: [4] },
      data: { name: "csv", file: data, target: "answer" },
      partition: { name: "iid", clients: 1 },
      fleet: { name: "uniform" },
      plan: {
        pacing: { name: "rounds", cohort: 1 },
        solver: { name: "sgd", learningRate: 0.1 },
        work: { epochs: 1, batchSize: 8 },
        versions: 3,
      },
    },
    "table",
  );
  const coordinator = await openCoordinator({ folder: join(folder, "kept"), isOpen: true });
  const run = await coordinator.begin({ document: JSON.stringify(scenarioToJson(scenario)), seed: 1 });
  const identity = join(folder, "device");
  const joining = say("join", coordinator.url, "--data", data, "--label", "answer", "--identity", identity);
  await run.whenEnded;
  expect((await run.result()).versions).toBe(3);
  await coordinator.close();
  const { exitCode, err } = await joining;
  expect(exitCode).toBe(0);
  expect(err).toContain('this device takes part in "table" as client 0');
  expect(err).toContain("trains on its own examples");
  expect(err).toContain("the coordinator said: the run has ended (run-ended)");
}, 60_000);

test("a coordinator that does not want the device says why; its token is that of the link", async () => {
  const refusal = { code: "not-admitted", detail: "the token has expired", comeBack: false };
  const coordinator = await fakeCoordinator({ refusal });
  const data = await written(folder, "table.csv", sampleTable(1));
  const words = ["--data", data, "--label", "answer", "--identity", join(folder, "device")];
  const { exitCode, err } = await say("join", `${coordinator.url}/#token=abc`, ...words);
  expect(exitCode).toBe(1);
  expect(err).toContain("the token has expired (not-admitted)");
  const hello = await coordinator.next("hello");
  expect(hello.token).toBe("abc");
  // It has measured itself, and has kept that: the second time nothing is measured.
  expect(hello.profile.flopsPerSecond).toBeGreaterThan(0);
  await say("join", coordinator.url, "--token", "def", ...words);
  const second = await coordinator.next("hello");
  expect(second).toMatchObject({ token: "def", deviceKey: hello.deviceKey, profile: hello.profile });
  await coordinator.close();
}, 60_000);

const COMMAND = new URL("../../bin/potluck.js", import.meta.url).pathname;

test("a process that is killed after training sends what it had trained when it is started again", async () => {
  const model = mlp({ inputs: 2, hidden: [4], classes: 2, key: rootKey(1) });
  const places = async (options: FakeOptions): Promise<readonly [FakeCoordinator, FakeOptions]> => {
    const opened = await fakeCoordinator(options);
    const document = { name: "kill", model: opened.put(writeModel(model)), objective: crossEntropy().part };
    return [opened, { job: opened.put(new TextEncoder().encode(JSON.stringify(document))), run: "run" }];
  };
  const [names, options] = await places({});
  await names.close();
  const [coordinator] = await places(options);
  const params = coordinator.put(new Uint8Array(initialParams(model).buffer));
  const data = await written(folder, "table.csv", sampleTable(1));
  const words = ["join", coordinator.url, "--data", data, "--label", "answer", "--identity", join(folder, "device")];
  const started = (): ChildProcess =>
    spawn(process.execPath, [COMMAND, ...words], { stdio: ["ignore", "ignore", "pipe"] });
  const first = started();
  await coordinator.next("proof");
  coordinator.open(taskId(1));
  coordinator.fail("upload", { kind: "broken", afterBytes: 20 }, { kind: "status", status: 500 });
  const task = {
    id: taskId(1),
    version: 0,
    params,
    key: rootKey(2),
    mean: null,
    changes: null,
    upload: codec.identity().part,
    solver: solver.sgd({ learningRate: 0.1 }).part,
    work: {
      epochs: 1,
      batchSize: 8,
    },
    feedback: feedback.none().part,
  };
  coordinator.say({ kind: "assign", task });
  await expect.poll(() => coordinator.uploaded(taskId(1)).length).toBe(20);
  first.kill("SIGKILL");
  await new Promise((resolve) => {
    first.once("exit", resolve);
  });
  const second = started();
  let said = "";
  second.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  await coordinator.next("hello");
  expect(await coordinator.next("hello")).toMatchObject({ openTasks: [1], holds: "run" });
  const { submission } = await coordinator.next("submitted");
  expect(coordinator.uploaded(taskId(1)).length).toBe(submission.payload.bytes);
  expect(said).toContain("sends what it has learned for task 1");
  expect(said).not.toContain("trains on");
  second.kill("SIGKILL");
  await coordinator.close();
}, 60_000);

test.each([
  [["somewhere", "--data", "mnist"], 1, "no address of a coordinator"],
  [["http://127.0.0.1:1"], 1, "nothing says what data are trained on"],
  [["http://127.0.0.1:1", "--data", "mnist", "--share", "3/2"], 2, "It must be like 2/5"],
  [["http://127.0.0.1:1", "--data", "mnist", "--most-time", "-1"], 2, "a number ≥ 0"],
])("%j is refused with exit code %i: %s", async (words, code, message) => {
  const { exitCode, err } = await say("join", ...words);
  expect(exitCode).toBe(code);
  expect(err).toContain(message);
});
