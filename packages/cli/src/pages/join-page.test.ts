import { join as joinRun, type LocalData } from "@potluck/client";
import { present } from "@potluck/core";
import { tableExamples } from "@potluck/data";
import { parseScenario, type Scenario, scenarioToJson } from "@potluck/scenario";
import { type CoordinatedRun, type Coordinator, openCoordinator } from "@potluck/server";
import axe from "axe-core";
import { findBrowser, NO_BROWSER, openBrowser, serveSite } from "@potluck/testkit";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPages } from "./build-pages.ts";
import { buildStudio } from "./build-studio.ts";
import { barriers } from "./sample-barriers.ts";
import { localData } from "./sample-local-data.ts";

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof openBrowser>>["newPage"]>>;

const path = findBrowser();
const CLIENTS = 4;
const VERSIONS = 12;

function scenarioOf(features: number, name: string): Scenario {
  return parseScenario(
    {
      name,
      model: { name: "mlp", hidden: [8] },
      data: { name: "gaussians", classes: features === 784 ? 10 : 3, features, examplesPerClass: 60 },
      partition: { name: "iid", clients: CLIENTS },
      fleet: { name: "uniform" },
      plan: {
        pacing: { name: "rounds", cohort: CLIENTS },
        solver: { name: "sgd", learningRate: 0.5 },
        work: { epochs: 1, batchSize: 8 },
        versions: VERSIONS,
      },
    },
    name,
  );
}

/** The rows of a client as a table, which the page reads as a file. */
function tableOf({ dataset, rows }: LocalData): string {
  const { features, shape, labels } = dataset.train;
  const [width = 0] = shape;
  const columns = Array.from({ length: width }, (_, at) => `x${at}`);
  const lines = Array.from(present(rows, "rows"), (row) =>
    [...features.subarray(row * width, (row + 1) * width), labels[row]].join(","),
  );
  return [[...columns, "answer"].join(","), ...lines].join("\n");
}

/** What can be touched on a page and is too small for a finger. */
const SMALL_TARGETS = `[...document.querySelectorAll("label, button, input[type=number]")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
  .map((one) => one.outerHTML)`;

/** Keeps whatever a page sends. */
function watch(page: Page, sent: Uint8Array[]): void {
  page.on("request", (request) => {
    sent.push(
      Buffer.from(`${request.url()} ${JSON.stringify(request.headers())}`),
      request.postDataBuffer() ?? Buffer.of(),
    );
  });
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => sent.push(Buffer.from(payload)));
  });
}

/** No two numbers in a row of its examples were sent, as they stand in the table or as they are trained on. */
function expectNothingOf(local: LocalData, sent: Buffer): void {
  expect(sent.length).toBeGreaterThan(1000);
  const table = tableOf(local);
  for (const line of table.split("\n").slice(1)) expect(sent.includes(line.slice(0, 12))).toBe(false);
  const { train } = tableExamples({ name: "mine.csv", bytes: Buffer.from(table) }, { target: "answer" });
  const raw = local.dataset.train.features.slice();
  for (const numbers of [train.features.slice(), raw]) {
    const bytes = Buffer.from(numbers.buffer);
    for (let at = 0; at + 8 <= bytes.length; at += 4) expect(sent.includes(bytes.subarray(at, at + 8))).toBe(false);
  }
}

describe.skipIf(path === null)(path === null ? NO_BROWSER : "in a browser", () => {
  let folder = "";
  let browser: Awaited<ReturnType<typeof openBrowser>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "potluck-"));
    [browser] = await Promise.all([
      openBrowser(present(path, "a browser")),
      buildPages(join(folder, "pages")),
      buildStudio(join(folder, "studio")),
    ]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function served(
    scenario: Scenario,
    origins: readonly string[] = [],
    isOpen = true,
  ): Promise<{ readonly coordinator: Coordinator; readonly run: CoordinatedRun }> {
    const coordinator = await openCoordinator({
      folder: join(folder, scenario.name),
      isOpen,
      origins,
      silenceSeconds: 60,
      openStatus: true,
      pages: async () => join(folder, "pages"),
      studio: async () => join(folder, "studio"),
    });
    const document = JSON.stringify(scenarioToJson(scenario));
    return { coordinator, run: await coordinator.begin({ document, seed: 1, startClients: CLIENTS }) };
  }

  test("two tabs and two processes train together, and a third tab watches to the end; a tab that is closed and opened again is the same device", async () => {
    const scenario = scenarioOf(5, "tabs");
    const { coordinator, run } = await served(scenario);
    const data = await localData(scenario);
    const context = await browser.newContext();
    const sent: Uint8Array[] = [];
    const blobs: string[] = [];
    const startTab = async (client: number): Promise<Page> => {
      const page = await context.newPage();
      watch(page, sent);
      page.on("request", (request) => blobs.push(...(/(?<=\/v1\/blobs\/).+/.exec(request.url()) ?? [])));
      await page.goto(`${coordinator.url}/join`);
      await page.check("input[value=table]");
      const buffer = Buffer.from(tableOf(present(data[client], "data of a client")));
      await page.setInputFiles("input[name=table]", { name: "mine.csv", mimeType: "text/csv", buffer });
      await page.fill("input[name=target]", "answer");
      await page.click("#start");
      await expect.poll(async () => page.textContent("#run")).toBe("tabs");
      return page;
    };
    const watching = await context.newPage();
    await watching.goto(`${coordinator.url}/studio/index.html#/run/${run.record.id}`);
    const first = await startTab(0);
    await startTab(1);
    const { members } = run.view;
    expect(members.size).toBe(2);
    const processes = [2, 3].map(async (client) =>
      joinRun(coordinator.url, { data: present(data[client], "data of a client") }),
    );
    await expect.poll(async () => first.textContent("[data-field=answers]").catch(() => "")).toMatch(/^[2-9]$/);
    await first.close();
    const again = await startTab(0);
    // The description of what is trained and the model, which come first, are fetched once for all tabs; what comes behind is parameters.
    const [description, model] = blobs;
    expect(blobs.filter((name) => name === description || name === model)).toEqual([description, model]);
    await run.whenEnded;
    const result = await run.result();
    expect(result.status).toBe("finished");
    expect(members.size).toBe(CLIENTS);
    expect(result.clients.map(({ timesUsed }) => timesUsed)).toEqual(Array.from({ length: CLIENTS }, () => VERSIONS));
    await expect.poll(async () => watching.textContent(".state")).toBe("ended");
    expect(await watching.textContent("[data-field='updates.accepted']")).toBe(String(CLIENTS * VERSIONS));
    expect(await watching.getAttribute("canvas", "aria-label")).toContain(`${CLIENTS} clients`);
    await coordinator.close();
    await expect.poll(async () => again.textContent("#ending")).toMatch(/^It is over/);
    for (const process of processes) expect(await (await process).ended).toMatchObject({ code: "run-ended" });
    await context.close();
    for (const client of [0, 1]) expectNothingOf(present(data[client], "data of a client"), Buffer.concat(sent));
  }, 120_000);

  test("a page as narrow as a telephone says what happens, keeps its policy, and leaves when it is told to", async () => {
    const { coordinator } = await served(scenarioOf(784, "digits"));
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    page.on("pageerror", ({ message }) => problems.push(message));
    await page.goto(`${coordinator.url}/join#token=not.needed.here`);
    const width: unknown = await page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBeLessThanOrEqual(360);
    expect(await page.textContent("#asks")).toBe(new URL(coordinator.url).host);
    await expect.poll(async () => page.textContent("#offered")).toBe("digits");
    expect(await page.textContent(".promise")).toContain("Your examples stay on this device.");
    expect(await page.evaluate(SMALL_TARGETS)).toEqual([]);
    await page.fill("input[name=minutes]", "30");
    await page.fill("input[name=megabytes]", "20");
    await page.focus("#start");
    await page.keyboard.press("Enter");
    await expect.poll(async () => page.textContent("#run")).toBe("digits");
    expect(await page.evaluate("document.activeElement.id")).toBe("run");
    expect(await page.textContent("#about")).toMatch(/^A model of [\d.]+ kB\. This device is client 0\./);
    expect(await page.textContent("#limits")).toContain("at most 30 minutes of training and 20 MB up and down");
    await expect.poll(async () => page.textContent("#said")).toBe("Takes part, and waits for work.");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriers(page, axe.source)).toEqual([]);
    }
    await page.click("#leave");
    await expect.poll(async () => page.textContent("#ending")).toBe("You have left. Thank you.");
    expect(await barriers(page, axe.source)).toEqual([]);
    await page.click("#again");
    expect(await page.isEnabled("#start")).toBe(true);
    expect(await barriers(page, axe.source)).toEqual([]);
    expect(problems).toEqual([]);
    await page.close();
    await coordinator.close();
  }, 60_000);

  test("a page of another origin trains along where the coordinator names that origin, and nowhere else", async () => {
    const site = await serveSite({ page: join(import.meta.dirname, "elsewhere"), files: import.meta.dirname });
    const [named, other] = [
      await served(scenarioOf(5, "named"), [site.origin]),
      await served(scenarioOf(5, "not-named")),
    ];
    const open = async ({ url }: Coordinator): Promise<Page> => {
      const page = await browser.newPage();
      await page.goto(`${site.origin}/plain/index.html?link=${encodeURIComponent(url)}`);
      return page;
    };
    const [welcome, refused] = [await open(named.coordinator), await open(other.coordinator)];
    await expect.poll(async () => welcome.textContent("#state")).toBe('takes part in "named" as client 0');
    await expect.poll(async () => refused.textContent("#state")).toContain("cannot reach the coordinator");
    await Promise.all([welcome.close(), refused.close(), site.close()]);
    await Promise.all([named.coordinator.close(), other.coordinator.close()]);
  }, 60_000);

  test("a page that did not come over https says that it cannot be a device, and what to do", async () => {
    const { coordinator } = await served(scenarioOf(5, "insecure"));
    const page = await browser.newPage();
    await page.route("http://lab.example/**", async (route) => {
      const { pathname } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: `${coordinator.url}${pathname}` }) });
    });
    await page.goto("http://lab.example/client/join.html");
    await page.click("#start");
    await expect.poll(async () => page.textContent("#remedy")).toMatch(/did not come over https\. Open it over https/);
    await page.unrouteAll({ behavior: "wait" });
    await page.close();
    await coordinator.close();
  }, 60_000);

  test("a device that is not let in is told so, and one that loses its coordinator says that, and goes on", async () => {
    const { coordinator } = await served(scenarioOf(784, "closed"), [], false);
    const page = await browser.newPage();
    await page.goto(`${coordinator.url}/join#token=none.of.its`);
    // The link is told to be bad before anything is started, and known devices may start all the same.
    await expect.poll(async () => page.isVisible("#objection")).toBe(true);
    expect(await page.textContent("#objection-remedy")).toMatch(/^The token was not made by this coordinator/);
    expect(await page.isEnabled("#start")).toBe(true);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriers(page, axe.source)).toEqual([]);
    }
    await page.click("#start");
    await expect.poll(async () => page.textContent("#ending")).toBe("The coordinator does not let this device in");
    expect(await barriers(page, axe.source)).toEqual([]);
    await coordinator.close();
    await page.click("#again");
    await page.click("#start");
    await expect.poll(async () => page.textContent("#state")).toContain("Cannot reach");
    expect(await page.getAttribute("#now", "data-mood")).toBe("away");
    await page.click("#leave");
    await expect.poll(async () => page.textContent("#ending")).toBe("You have left. Thank you.");
    await page.close();
  }, 60_000);

  test("examples that the model does not take are told in words", async () => {
    const { coordinator } = await served(scenarioOf(5, "others"));
    const page = await browser.newPage();
    await page.goto(`${coordinator.url}/join`);
    await page.click("#start");
    const said = "Examples have the shape [1, 28, 28], the model takes [5]";
    await expect.poll(async () => page.textContent("#remedy")).toContain(said);
    await page.close();
    await coordinator.close();
  }, 60_000);
});
