import { scenarioToJson, parseScenario } from "@potluck/scenario";
import { type CoordinatedRun, type Coordinator, openCoordinator } from "@potluck/server";
import { tiny } from "@potluck/testkit";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { say } from "../sample-command.ts";

let folder = "";
let coordinator: Coordinator;
let run: CoordinatedRun;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
  coordinator = await openCoordinator({ folder });
  const document = JSON.stringify(scenarioToJson(parseScenario(tiny, "tiny")));
  run = await coordinator.begin({ document, seed: 1 });
});
afterEach(async () => {
  await coordinator.close();
  await rm(folder, { recursive: true, force: true });
});

/** A command with the first key. */
async function ask(...words: readonly string[]): ReturnType<typeof say> {
  return say(...words, "--key-file", coordinator.keyFile);
}

test("status tells what a coordinator's runs are at, in words and as an object", async () => {
  const told = await ask("status", coordinator.url);
  expect(told.out).toMatch(/^scenario +state +version/);
  expect(told.out).toContain("tiny");
  expect(told.out).toContain("waiting");
  expect(told.out).toContain(`run ${run.record.id}`);
  const { runs }: { readonly runs: readonly object[] } = JSON.parse(
    (await ask("status", coordinator.url, "--json")).out,
  );
  expect(runs).toMatchObject([{ id: run.record.id, name: "tiny", state: "waiting", refusals: [] }]);
});

test("a run is stopped once, by as much of its id as is needed", async () => {
  const words = ["stop", coordinator.url, "--run", run.record.id.slice(0, 8), "--reason", "enough"];
  expect((await ask(...words)).out).toBe("tiny has ended: enough\n");
  expect(run.view.ended?.ending).toEqual({ status: "interrupted", reason: "enough" });
  const again = await ask(...words);
  expect(again.exitCode).toBe(1);
  expect(again.err).toContain("(run-over)");
  expect((await ask("stop", coordinator.url)).err).toContain("there is no such run that goes on");
  expect((await ask("status", coordinator.url)).out).toContain("ended: enough");
});

test("clients are listed, and one is sent away", async () => {
  expect((await ask("client", "list", coordinator.url)).out).toBe("there are no clients\n");
  await run.joined("ab".repeat(32), { examples: 12, tier: "phone" }, true);
  expect((await ask("client", "list", coordinator.url)).out).toMatch(/^ +0 +phone +12 +not connected +abababababab$/m);
  const gone = await ask("client", "revoke", coordinator.url, "0");
  expect(gone.out).toBe("client 0 is gone, and does not come back\n");
  expect((await ask("client", "list", coordinator.url)).out).toContain("sent away");
  expect((await ask("client", "revoke", coordinator.url, "7")).err).toContain("(client-unknown)");
  expect((await ask("client", "revoke", coordinator.url, "x")).exitCode).toBe(2);
});

test("a token is made as a link, listed, and taken back", async () => {
  const words = ["token", "create", coordinator.url, "--uses", "5", "--hours", "2", "--note", "the lab"];
  const made = await ask(...words);
  expect(made.out).toMatch(new RegExp(`^${coordinator.url}/#token=[\\w-]+\\.[\\w-]+\\.[\\w-]+\n`));
  const list = await ask("token", "list", coordinator.url, "--json");
  const { tokens }: { readonly tokens: readonly { readonly id: string; readonly note: string }[] } = JSON.parse(
    list.out,
  );
  const id = tokens.find(({ note }) => note === "the lab")?.id ?? "";
  expect((await ask("token", "list", coordinator.url)).out).toMatch(/0 of 5 .*the lab/);
  expect((await ask("token", "revoke", coordinator.url, id)).exitCode).toBe(0);
  expect((await ask("token", "list", coordinator.url)).out).toMatch(/taken back +the lab/);
  expect((await ask("token", "revoke", coordinator.url, id)).err).toContain("(token-unknown)");
});

test("a key opens what its role may, also from the environment, and no more", async () => {
  const made = await ask("key", "create", coordinator.url, "ann", "--role", "viewer");
  const [key = ""] = made.out.split("\n");
  expect((await say("status", coordinator.url, "--key", key)).exitCode).toBe(0);
  const refused = await say("stop", coordinator.url, "--key", key);
  expect(refused.err).toContain("role-too-low");
  expect(refused.err).toContain("request-refused");
  const list = await ask("key", "list", coordinator.url);
  expect(list.out).toMatch(/ann +viewer/);
  const id = key.split("_")[1] ?? "";
  expect((await ask("key", "revoke", coordinator.url, id)).exitCode).toBe(0);
  expect((await say("status", coordinator.url, "--key", key)).err).toContain("(key-invalid)");
});

test("what is wrong is said: no key, another address, something else that answers", async () => {
  expect((await say("status", coordinator.url)).err).toContain("there is no key");
  expect((await say("status", coordinator.url, "--key-file", join(folder, "no"))).err).toContain("file-missing");
  expect((await ask("status", "not an address")).err).toContain("is no address of a coordinator");
  await coordinator.close();
  expect((await ask("status", coordinator.url)).err).toContain("nobody answers at");
});

test("the first key lies in a file that only its owner reads", async () => {
  expect(await readFile(coordinator.keyFile, "utf8")).toMatch(/^plk_\w{12}_[\w-]{43}\n$/);
});
