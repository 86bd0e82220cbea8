/**
 * The frame of every page: one HTML document that needs nothing else.
 *
 * @module
 */
import { type Html, html, trusted } from "./html.ts";
import { styleSheet } from "./style.ts";

/** The whole document. Its policy forbids it to load anything, so a mistake here cannot reach the network either. */
export function documentOf(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${trusted(styleSheet)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup;
}
