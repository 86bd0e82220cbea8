/**
 * A plain page of how the runs are, which loads itself anew: no scripts, and nothing from elsewhere.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { FastifyInstance, FastifyReply } from "fastify";
import { createHash } from "node:crypto";
import type { Pages } from "./pages.ts";
import type { ClientOverview, RunOverview, RunsView } from "./runs-view.ts";

/** What the page shows. */
export interface StatusPageOptions {
  readonly runs: RunsView;
  /** Whether everybody sees how the runs are; else the page says how to see it with a key. */
  readonly openStatus: boolean;
  /** The files of the studio, to which `/` leads where they can be built; null where there is none. */
  readonly studio: Pages | null;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1, h2 { font-weight: 600; line-height: 1.2 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem }
dt, th { color: GrayText; font-weight: 400; text-align: left }
dd { margin: 0; font-variant-numeric: tabular-nums }
table { border-collapse: collapse; width: 100% }
td, th { padding: .25rem .75rem .25rem 0; font-variant-numeric: tabular-nums }
progress { width: 100%; height: .75rem }
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "frame-ancestors 'none'",
].join("; ");

/** Seconds after which the page is loaded anew. */
const REFRESH: Seconds = 2;

/** Of more clients than these only their number is shown. */
const MOST_CLIENTS = 100;

/** Adds the page at `/status`, and `/`, which leads to the studio or else is the same page. */
export function addStatusPage(http: FastifyInstance, { runs, openStatus, studio }: StatusPageOptions): void {
  const send = async (reply: FastifyReply): Promise<FastifyReply> => {
    const body = openStatus ? await bodyOf(runs) : CLOSED;
    return reply.header("content-security-policy", POLICY).type("text/html; charset=utf-8").send(pageOf(body));
  };
  http.get("/status", { schema: { hide: true } }, async (_, reply) => send(reply));
  http.get("/", { schema: { hide: true } }, async (_, reply) => {
    const isThere = studio !== null && (await isBuilt(studio));
    // Relative, as what is before the coordinator may serve it below a path.
    return isThere ? reply.redirect("studio/index.html", 302) : send(reply);
  });
}

async function isBuilt(pages: Pages): Promise<boolean> {
  try {
    await pages();
    return true;
  } catch {
    return false;
  }
}

const CLOSED = `<p>A coordinator is up. How its runs are is shown to those with a key:</p>
<pre>npx potluck status &lt;this address&gt; --key-file &lt;file&gt;</pre>`;

function pageOf(body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${REFRESH}">
<title>Potluck</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Potluck</h1>
${body}
</body>
</html>
`;
}

async function bodyOf(runs: RunsView): Promise<string> {
  const all = await runs.list();
  if (all.length === 0) return "<p>There are no runs.</p>";
  const sections = await Promise.all(
    all
      .toReversed()
      .map(async (run) => sectionOf(run, run.state === "ended" ? [] : clientsIn(await runs.clients(run.id)))),
  );
  return sections.join("\n");
}

function sectionOf(run: RunOverview, clients: readonly ClientOverview[]): string {
  const { name, state, ended, seconds, version, accuracy, loss, updates, bytesUp, bytesDown } = run;
  const rows: readonly (readonly [string, string])[] = [
    ["state", ended ?? state],
    ["time since its start", `${Math.round(seconds)} s`],
    ["version", String(version)],
    ["accuracy on held-out examples", accuracy === null ? "not measured" : `${(100 * accuracy).toFixed(1)}%`],
    ["loss on held-out examples", loss === null ? "not measured" : loss.toFixed(4)],
    ["clients", `${said(run.clients.available)} of ${run.clients.known} there, ${said(run.openTasks)} at work`],
    ["updates", `${updates.accepted} taken, ${said(updates.late)} late, ${sumOf(updates.invalid)} refused`],
    ["bytes", `${megabytes(bytesUp)} up, ${megabytes(bytesDown)} down`],
  ];
  const list = rows.map(([term, value]) => `<dt>${term}</dt><dd>${escaped(value)}</dd>`).join("\n");
  return `<section>
<h2>${escaped(name)}</h2>
<dl>
${list}
</dl>
${clientsTable(clients)}
</section>`;
}

function clientsIn(clients: Awaited<ReturnType<RunsView["clients"]>>): readonly ClientOverview[] {
  return clients === null || clients === "missing" ? [] : clients;
}

function clientsTable(clients: readonly ClientOverview[]): string {
  if (clients.length === 0 || clients.length > MOST_CLIENTS) return "";
  const rows = clients.map(({ client, tier, examples, isAvailable, task }) => {
    const state = isAvailable ? (task === null ? "waiting" : "at work") : "away";
    const cells = [String(client), tier, said(examples), state];
    return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
  });
  const head = ["client", "device", "examples", "is"].map((name) => `<th scope="col">${name}</th>`).join("");
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody>\n</table>`;
}

function said(number: number | null): string {
  return number === null ? "?" : String(number);
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, own) => sum + own, 0);
}

function megabytes(size: number): string {
  return `${(size / 1e6).toFixed(1)} MB`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/gu, (character) => ENTITIES[character] ?? "");
}
