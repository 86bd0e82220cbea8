/**
 * How busy a page of the studio is with a run of many clients: `npm run studio:load -- [seconds] [clients] [updates per second]`.
 *
 * The run is played by this process over the interface of a coordinator; what the page costs is what the browser's own counters say: the share of the time
 * in which its main thread had a task, the processor time of that thread, and its heap after a collection of garbage.
 *
 * @module
 */
import { buildStudio } from "@potluck/cli";
import { findBrowser, NO_BROWSER, openBrowser } from "@potluck/testkit";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { loadRun, type LoadRun } from "./fleet.ts";

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof openBrowser>>["newPage"]>>;
type Session = Awaited<ReturnType<ReturnType<Page["context"]>["newCDPSession"]>>;

const DEFAULTS = { seconds: 600, clients: 10_000, updates: 10 } as const;
const [seconds = DEFAULTS.seconds, clients = DEFAULTS.clients, updatesPerSecond = DEFAULTS.updates] = process.argv
  .slice(2)
  .map(Number);

/** Until then what happens once has happened. */
const WARM_UP_SECONDS = 20;
const SAYS = 6;

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript" };

const path = findBrowser();
if (path === null) {
  console.log(NO_BROWSER);
  process.exitCode = 1;
} else await main(path);

async function main(browserPath: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "potluck-"));
  const browser = await openBrowser(browserPath);
  const server = await served(await buildStudio(folder), loadRun({ clients, updatesPerSecond }));
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${addressOf(server)}/studio/index.html#/run/load`);
    await page.waitForSelector("canvas", { timeout: 60_000 });
    const counters = await page.context().newCDPSession(page);
    await counters.send("Performance.enable");
    await setTimeout(WARM_UP_SECONDS * 1000);
    console.log(`${clients} clients, ${updatesPerSecond} updates a second, ${seconds} seconds`);
    const first = await countersOf(counters);
    say("at the start", first, first);
    for (let part = 1; part <= SAYS; part++) {
      await setTimeout((seconds / SAYS) * 1000);
      say(`after ${Math.round((part * seconds) / SAYS)} s`, first, await countersOf(counters));
    }
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Counters {
  readonly at: number;
  /** Seconds in which the main thread had a task, and in which it had a processor. */
  readonly taskSeconds: number;
  readonly threadSeconds: number;
  readonly heapBytes: number;
}

async function countersOf(counters: Session): Promise<Counters> {
  await counters.send("HeapProfiler.collectGarbage");
  const { metrics } = await counters.send("Performance.getMetrics");
  const value = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  return {
    at: value("Timestamp"),
    taskSeconds: value("TaskDuration"),
    threadSeconds: value("ThreadTime"),
    heapBytes: value("JSHeapUsedSize"),
  };
}

function say(when: string, first: Counters, now: Counters): void {
  const share = (spent: number): string => `${((100 * spent) / (now.at - first.at)).toFixed(1)}%`;
  const heap = `heap ${(now.heapBytes / 1e6).toFixed(1)} MB`;
  if (now === first) return console.log(`${when}: ${heap}`);
  const task = share(now.taskSeconds - first.taskSeconds);
  const thread = share(now.threadSeconds - first.threadSeconds);
  console.log(`${when}: main thread busy ${task} of the time (${thread} on a processor), ${heap}`);
}

function addressOf(server: Server): string {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

async function served(studio: string, run: LoadRun): Promise<Server> {
  const server = createServer((request, response) => void answer(request, response, { studio, run }));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

interface Site {
  readonly studio: string;
  readonly run: LoadRun;
}

async function answer({ url = "/" }: IncomingMessage, response: ServerResponse, { studio, run }: Site): Promise<void> {
  if (url === "/v1/admin/whoami") return sendJson(response, { name: null, role: "viewer" });
  if (url === "/v1/admin/runs") return sendJson(response, { runs: [run.overview()] });
  if (url === "/v1/admin/runs/load/feed") return feed(response, run);
  const file = join(studio, url.replace(/^\/studio\//u, ""));
  if (!existsSync(file)) return void response.writeHead(404).end();
  response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
  response.end(readFileSync(file));
}

function sendJson(response: ServerResponse, value: object): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}

async function feed(response: ServerResponse, run: LoadRun): Promise<void> {
  response.setHeader("content-type", "application/x-ndjson");
  response.write(`${JSON.stringify(run.everything())}\n`);
  while (!response.closed) {
    await setTimeout(1000);
    response.write(`${JSON.stringify(run.second())}\n`);
  }
}
