/**
 * What was run: the plan, the fleet and the data.
 *
 * @module
 */
import { byteUnit, count, counted, decimal, type Unit } from "@potluck/comparison";
import { isOptionPart, type OptionPart, type OptionRecord, type OptionValue } from "@potluck/core";
import type { Spread } from "@potluck/scenario";
import { type Html, html } from "../html.ts";
import type { Report, ReportPart, ReportTier } from "../report.ts";
import { tableHtml } from "../table.ts";

/** The section of plan, fleet and data. */
export function setup(report: Report): Html {
  return html`<section>
    <h2>What was run</h2>
    <dl class="parts">${report.plan.map(partHtml)}</dl>
    <h3>Fleet</h3>
    ${report.fleet.length === 0 ? html`<p class="empty">The fleet is not described.</p>` : fleetHtml(report.fleet)}
    <h3>Data</h3>
    <p>${dataSentence(report)}</p>
  </section>`;
}

function partHtml({ room, name, about, options }: ReportPart): Html {
  return html`<div>
    <dt>${room.replace("-", " ")}</dt>
    <dd>
      <code>${name}</code> <span class="options">${optionsText(options)}</span><br /><span class="about">${about}</span>
    </dd>
  </div> `;
}

function optionsText(options: Readonly<Record<string, OptionValue>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name} ${optionText(value)}`)
    .join(", ");
}

function optionText(value: OptionValue): string {
  if (value === null) return "none";
  if (typeof value !== "object") return String(value);
  return isOptionPart(value) ? partText(value) : `[${value.map(entryText).join(", ")}]`;
}

function partText({ name, ...options }: OptionPart): string {
  const text = optionsText(options);
  return text === "" ? name : `${name} (${text})`;
}

/** An entry of a list; of a record its fields. */
function entryText(entry: number | OptionRecord): string {
  return typeof entry === "number" ? String(entry) : optionsText(entry);
}

function fleetHtml(fleet: readonly ReportTier[]): Html {
  return tableHtml({
    caption: "Devices by tier: the median, and the range where they differ",
    columns: ["tier", "devices", "compute", "upload", "download"],
    rows: fleet.map(({ name, devices, flopsPerSecond, uploadBytesPerSecond, downloadBytesPerSecond }) => [
      name,
      count(devices),
      rate(flopsPerSecond, () => GFLOP),
      rate(uploadBytesPerSecond, byteUnit),
      rate(downloadBytesPerSecond, byteUnit),
    ]),
  });
}

const GFLOP: Unit = { factor: 1e9, name: "GFLOP" };

/** A median and its range, both in the unit of the median: "10.7 GFLOP/s (7.7 to 31.8)". */
function rate(spread: Spread | null, unitOf: (median: number) => Unit): string {
  if (spread === null) return "not modelled";
  const { low, median, high } = spread;
  const { factor, name } = unitOf(median);
  const range = low === high ? "" : ` (${decimal(low / factor)} to ${decimal(high / factor)})`;
  return `${decimal(median / factor)}\u00a0${name}/s${range}`;
}

/** Where data drifts, what is said of all of it is how it began, and what is said of each client how it ended. */
function heldWhen({ data, clients }: Pick<Report, "data" | "clients">): string {
  const held = clients.reduce((sum, { examples }) => sum + examples, 0);
  return held === data.trainExamples ? "" : "That is how the run began; at its end ";
}

function dataSentence({ data, clients }: Report): string {
  const sizes = clients.map(({ examples }) => examples).sort((a, b) => a - b);
  const median = sizes[Math.floor((sizes.length - 1) / 2)] ?? 0;
  const what = `${data.name}: ${counted(data.trainExamples, "training example")} and ${count(data.testExamples)} held out, ${data.classes === 0 ? "with numbers to predict" : `in ${data.classes} classes`}.`;
  const held = `${heldWhen({ data, clients })}${counted(clients.length, "client")} train on ${count(sizes[0] ?? 0)} to ${count(sizes.at(-1) ?? 0)} examples each, half of them on at most ${count(median)}.`;
  const skew =
    data.labelSkew === null
      ? ""
      : ` On average ${decimal(100 * data.labelSkew)}% of a client's examples would have to change class for it to have the mix of the whole data.`;
  return clients.length === 0 ? what : `${what}${skew} ${held}`;
}
