/**
 * What was really optimised, as a drawing: for each client the share of its loss in the objective that was asked for, against the
 * share that it had. On the diagonal a client was heard as it should.
 *
 * @module
 */
import { axisX, axisY, dot, gridX, gridY, link, type PlotOptions } from "@observablehq/plot";
import { CLIENTS_SHOWN_LIMIT, frame, MUTED, RULE } from "./chart.ts";
import { spreadSample } from "./sample.ts";

/** A client that was heard: shares in [0, 1]. */
export interface Heard {
  readonly colour: string;
  readonly asked: number;
  readonly realised: number;
  readonly standardError: number;
  /** What is said of it where the pointer rests. */
  readonly about: string;
}

/** Standard errors are drawn up to so many clients; of more they hide each other. */
const ERRORS_SHOWN_LIMIT = 120;

/** How many standard errors a client may be off by chance. */
export const CHANCE = 2;

/** The drawing. */
export function objectivePlot(heard: readonly Heard[], width: number): PlotOptions {
  const most = 100 * heard.reduce((highest, { asked, realised }) => Math.max(highest, asked, realised), 0);
  const ticks = width < 500 ? 4 : 6;
  const x = ({ asked }: Heard): number => 100 * asked;
  const within = (share: number): number => Math.min(most, Math.max(0, 100 * share));
  const whiskers = heard.length > ERRORS_SHOWN_LIMIT ? [] : heard;
  return {
    ...frame,
    width,
    height: 320,
    marginRight: 16,
    x: { domain: [0, most] },
    y: { domain: [0, most] },
    marks: [
      gridX({ stroke: RULE, strokeOpacity: 1, ticks }),
      gridY({ stroke: RULE, strokeOpacity: 1, ticks }),
      axisX({ label: "asked for (%)", labelArrow: "none", labelAnchor: "right", ticks }),
      axisY({ label: "had (%)", labelArrow: "none", ticks }),
      link([most], { x1: 0, y1: 0, x2: (end: number) => end, y2: (end: number) => end, stroke: MUTED }),
      link(whiskers, {
        x1: x,
        x2: x,
        y1: ({ realised, standardError }: Heard) => within(realised - CHANCE * standardError),
        y2: ({ realised, standardError }: Heard) => within(realised + CHANCE * standardError),
        stroke: "colour",
        strokeOpacity: 0.35,
      }),
      dot(spreadSample(heard, CLIENTS_SHOWN_LIMIT), {
        x,
        y: ({ realised }: Heard) => 100 * realised,
        r: 3,
        fill: "colour",
        fillOpacity: 0.7,
        title: "about",
      }),
    ],
  };
}
