/**
 * A histogram of whole numbers as bars that are read out as a list.
 *
 * @module
 */
import type { JSX } from "preact";
import { count } from "../../words/format.ts";
import { type Bin, binName, labelledEvery } from "./bins.ts";

/** What is counted, and of what. */
export interface HistogramProps {
  readonly name: string;
  /** What is said under it. */
  readonly note: string;
  readonly bins: readonly Bin[];
  /** What the values are of: "versions old". */
  readonly unit: string;
  /** The field of the interface that the counts are read off. */
  readonly field: string;
}

const TALLEST_REM = 7;

/** A histogram. */
export function Histogram({ name, note, bins, unit, field }: HistogramProps): JSX.Element {
  const most = bins.reduce((largest, bin) => Math.max(largest, bin.count), 1);
  const every = labelledEvery(bins);
  return (
    <figure class="histogram">
      <figcaption>{name}</figcaption>
      <ol aria-label={name}>
        {bins.map(({ from, to, count: own }, at) => (
          <li
            key={from}
            class={at % every === 0 ? "" : "unlabelled"}
            title={`${binName({ from, to, count: own })} ${unit}: ${count(own)}`}
            data-field={`${field}.${from}`}
          >
            <span class="bar-value number">{own === 0 ? "" : count(own)}</span>
            <span class="histogram-bar" style={{ height: `${(TALLEST_REM * own) / most}rem` }} />
            <span class="bar-name number" aria-label={`${from === to ? from : `${from} to ${to}`} ${unit}`}>
              {binName({ from, to, count: own })}
            </span>
          </li>
        ))}
      </ol>
      <p class="muted">{note}</p>
    </figure>
  );
}
