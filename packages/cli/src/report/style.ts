/**
 * The style sheet of the report: text in a book face with the charts beside their notes, light or dark as the reader's
 * system has it, one column on a phone, black on white in print.
 *
 * @module
 */

/** CSS without any reference to a file or address. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --paper: #fffefb; --ink: #22211f; --muted: #6f6c66; --rule: #e6e3da; --alert: #b3261e;
  --main: #2b5c8a; --second: #a9741c;
  --tier-0: #2b5c8a; --tier-1: #c98a1b; --tier-2: #8a4f7d; --tier-3: #4d8076; --tier-4: #7a6a58; --tier-5: #9aa5b1;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #191817; --ink: #ebe8e1; --muted: #a09c93; --rule: #35332f; --alert: #ff8a7a;
    --main: #7fb2e5; --second: #e0ac55;
    --tier-0: #7fb2e5; --tier-1: #e0ac55; --tier-2: #cf9ac3; --tier-3: #86c2b5; --tier-4: #c0ad97; --tier-5: #8b96a3;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 64rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif;
}
h1 { margin: 0.2rem 0; font-size: 2rem; font-weight: 600; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 0 0 0.8rem; font-size: 1.25rem; font-weight: 600; }
h3 { margin: 1.6rem 0 0.3rem; font-size: 1rem; font-weight: 600; }
p { margin: 0.4rem 0; max-width: 42rem; overflow-wrap: anywhere; }
code, pre { font: 0.875em/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
pre { padding: 0.7rem 0.9rem; border: 1px solid var(--rule); white-space: pre-wrap; overflow-wrap: anywhere; }
.hash { overflow-wrap: anywhere; }
a { color: inherit; text-underline-offset: 0.15em; }
dl, dd { margin: 0; }
section { padding-top: 1.4rem; margin-top: 2.2rem; border-top: 1px solid var(--rule); }
.run, .ending, .question, .about, .empty, figcaption, summary { color: var(--muted); }
.run { font-size: 0.9rem; }
.interrupted { padding: 0.5rem 0.8rem; border-left: 3px solid var(--alert); color: var(--ink); }
.interrupted strong { color: var(--alert); }
.numbers { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 1rem 2.2rem; margin-top: 1.6rem; }
.numbers dt { font-size: 0.875rem; color: var(--muted); }
.numbers dd { font-size: 1.35rem; line-height: 1.2; font-variant-numeric: lining-nums tabular-nums; white-space: nowrap; }
.numbers .first dd { font-size: 2.9rem; line-height: 1; }
figure { display: grid; grid-template-columns: 680px minmax(0, 1fr); gap: 0 2rem; margin: 0; font-family: system-ui, sans-serif; }
figure > * { grid-column: 1; }
figcaption { grid-column: 2; grid-row: 1 / span 3; padding-top: 1.6rem; font: 0.94rem/1.5 Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif; }
figure svg { --plot-background: var(--paper); display: block; max-width: 100%; height: auto; }
figure svg text { white-space: pre; }
.narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 0.4rem 0 0; padding: 0 0 0 3rem; list-style: none; font-size: 0.8rem; }
.legend li::before { content: ""; display: inline-block; width: 0.7em; height: 0.7em; margin-right: 0.45em; background: var(--tier); }
.legend li.dot::before { width: 0.45em; height: 0.45em; vertical-align: 0.12em; border-radius: 50%; }
.legend li.wedge::before { clip-path: polygon(0 15%, 100% 15%, 50% 100%); }
.legend span { overflow-wrap: anywhere; }
.tier-0 { --tier: var(--tier-0); } .tier-1 { --tier: var(--tier-1); } .tier-2 { --tier: var(--tier-2); }
.tier-3 { --tier: var(--tier-3); } .tier-4 { --tier: var(--tier-4); } .tier-5 { --tier: var(--tier-5); }
details { margin-top: 0.8rem; }
summary { cursor: pointer; font-size: 0.9rem; width: fit-content; }
.scroll { overflow-x: auto; max-height: 28rem; }
.whole { max-height: none; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: lining-nums tabular-nums; }
caption { text-align: left; color: var(--muted); padding: 0.5rem 0; }
th, td { padding: 0.2rem 1.2rem 0.2rem 0; text-align: right; font-weight: 400; white-space: nowrap; }
th:first-child { text-align: left; }
thead th { border-bottom: 1px solid var(--muted); color: var(--muted); }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
.enemies { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 2rem 3rem; }
.enemies h3 { margin: 0; font-variant: small-caps; font-size: 1.2rem; }
.question { margin: 0 0 0.6rem; font-style: italic; }
.enemies dl div { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; padding: 0.45rem 0; border-top: 1px solid var(--rule); }
.enemies .value { font-weight: 600; font-variant-numeric: lining-nums tabular-nums; text-align: right; }
.enemies dd:not(.value) { grid-column: 1 / -1; font-size: 0.9rem; color: var(--muted); }
.parts div { display: grid; grid-template-columns: 9rem minmax(0, 1fr); gap: 0 1rem; padding: 0.4rem 0; border-top: 1px solid var(--rule); }
.parts dt { color: var(--muted); }
.options { font-size: 0.9rem; overflow-wrap: anywhere; }
.about { font-size: 0.9rem; }
.files { padding-left: 1.2rem; }
.data { font-size: 0.9rem; }
.verdicts { margin-top: 1.4rem; }
.verdicts ul { margin: 0; padding-left: 1.1rem; }
.best { font-weight: 600; }
.lost { color: var(--alert); }
.when { color: var(--muted); }
.enemy th { padding-top: 0.9rem; font-variant: small-caps; font-size: 1rem; }
@media screen and (max-width: 62rem) {
  figure { display: block; }
  figcaption { padding-top: 0.6rem; max-width: 42rem; }
}
@media screen and (max-width: 46rem) {
  body { padding: 1.2rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  .wide { display: none; }
  .narrow { display: block; }
  .legend { padding-left: 0; }
  .enemies { grid-template-columns: minmax(0, 1fr); }
  .parts div { grid-template-columns: minmax(0, 1fr); }
  .numbers { gap: 0.8rem 1.6rem; }
}
@media print {
  :root { --paper: #fff; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  section, figure, article, .parts div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  figure { display: block; }
  .wide svg { max-width: 12.5cm; }
  .legend { padding-left: 1.2cm; }
  section { margin-top: 1rem; padding-top: 0.8rem; }
  .scroll { max-height: none; overflow: visible; }
  details:not([open]) { display: none; }
}
`;
