/**
 * What went over the links: bytes per second each way, and how full the server's link was where that is known.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Measurement, Scorecard } from "../../api/answers.ts";
import { bytes, duration, percent } from "../../words/format.ts";
import { Chart } from "../chart.tsx";
import { ratesOf } from "./rates.ts";

/** What is read off. */
export interface TrafficProps {
  readonly measurements: readonly Measurement[];
  readonly scorecard: Scorecard | null;
}

const perSecond = (rate: number): string => `${bytes(rate)}/s`;

/** The section of traffic; nothing where too little was measured. */
export function Traffic({ measurements, scorecard }: TrafficProps): JSX.Element | null {
  const up = ratesOf(measurements, ({ bytesUp }) => bytesUp);
  const down = ratesOf(measurements, ({ bytesDown }) => bytesDown);
  if (up.length === 0) return null;
  const x = { name: "time", format: duration };
  return (
    <section aria-labelledby="traffic">
      <h2 id="traffic">On the links</h2>
      <Saturation link={scorecard?.["bottleneck"]?.["serverLink"]} />
      <div class="charts">
        <Chart name="From clients" points={up} x={x} format={perSecond} lowest={0} />
        <Chart name="To clients" points={down} x={x} format={perSecond} lowest={0} />
      </div>
    </section>
  );
}

const LINK = "scorecard.bottleneck.serverLink";

/** How full the server's link was; nothing where nothing is known of it. */
function Saturation({ link }: { readonly link: unknown }): JSX.Element | null {
  const [shareUp, shareDown, peakUp, peakDown] = NUMBERS.map((name) => numberIn(link, name));
  if (shareUp === undefined || shareDown === undefined || !((peakUp ?? 0) + (peakDown ?? 0) > 0)) return null;
  return (
    <p>
      The server’s own link, and not those of the clients, set the pace for{" "}
      <strong data-field={`${LINK}.saturatedShareUp`}>{percent(shareUp)}</strong> of the time up and for{" "}
      <strong data-field={`${LINK}.saturatedShareDown`}>{percent(shareDown)}</strong> down. At most{" "}
      <span data-field={`${LINK}.peakBytesPerSecondUp`}>{perSecond(peakUp ?? 0)}</span> went up and{" "}
      <span data-field={`${LINK}.peakBytesPerSecondDown`}>{perSecond(peakDown ?? 0)}</span> down.
    </p>
  );
}

const NUMBERS = ["saturatedShareUp", "saturatedShareDown", "peakBytesPerSecondUp", "peakBytesPerSecondDown"] as const;

function numberIn(value: unknown, name: string): number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found = new Map<string, unknown>(Object.entries(value)).get(name);
  return typeof found === "number" ? found : undefined;
}
