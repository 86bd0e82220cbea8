/**
 * Means and their standard deviations, an arm a line.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Mark } from "../../api/reproduction.ts";
import { scaleOf, SIZE } from "./dot-scale.ts";

/** What is drawn. */
export interface DotPlotProps {
  readonly title: string;
  readonly marks: readonly Mark[];
}

/** A plot in which every arm has its number beside it; the first is what others are held against. */
export function DotPlot({ title, marks }: DotPlotProps): JSX.Element | null {
  const at = scaleOf(marks);
  if (at === null) return null;
  const first = marks[0]?.mean ?? null;
  return (
    <figure class="dots">
      <figcaption>{title}</figcaption>
      <ul>
        {marks.map(({ arm, text, mean, deviation }, row) => (
          <li key={row}>
            <span class="arm">{arm}</span>
            <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} aria-hidden="true">
              {first !== null && <line class="held" x1={at(first)} x2={at(first)} y1={0} y2={SIZE.height} />}
              {mean !== null && deviation !== null && (
                <>
                  <line class="whisker" x1={at(mean - deviation)} x2={at(mean + deviation)} y1={10} y2={10} />
                  <circle class={row === 0 ? "point first" : "point"} cx={at(mean)} cy={10} r={5} />
                </>
              )}
            </svg>
            <span class="number">{text}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
