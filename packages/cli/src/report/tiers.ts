/**
 * Tiers: their order and their colours, the same in every chart.
 *
 * @module
 */
import { type Html, html } from "./html.ts";
import type { Report } from "./report.ts";

/** How many colours there are; more tiers than these share them. */
const TIER_COLOURS = 6;

/** The names of the tiers that have clients, in the order of the fleet, then those that only clients name. */
export function tierNames({ fleet, clients }: Report): readonly string[] {
  const named = new Set(clients.map(({ tier }) => tier));
  return [...new Set([...fleet.map(({ name }) => name).filter((name) => named.has(name)), ...named])];
}

/** The colour scale of the tiers. */
export function tierScale(report: Report): { readonly domain: readonly string[]; readonly range: readonly string[] } {
  const domain = tierNames(report);
  return { domain, range: domain.map((_, at) => tierColour(at)) };
}

/** Which colour stands for which tier. */
export function tierLegend(report: Report): Html {
  return colourLegend(tierNames(report), "Colours of the device tiers");
}

/** Which colour stands for which of these names, in their order; `label` says what they are. */
export function colourLegend(names: readonly string[], label: string): Html {
  const entries = names.map((name, at) => html`<li class="tier-${at % TIER_COLOURS}"><span>${name}</span></li> `);
  return html`<ul class="legend" aria-label="${label}">
    ${entries}
  </ul>`;
}

/** The colour of the name at this place. */
export function tierColour(at: number): string {
  return `var(--tier-${at % TIER_COLOURS})`;
}
