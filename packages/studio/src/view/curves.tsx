/**
 * Accuracy and loss, against time, bytes or updates.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Measurement } from "../api/answers.ts";
import { bytes, count, decimal, duration, percent } from "../words/format.ts";
import { Chart } from "./chart.tsx";

const AXES = {
  time: { of: ({ virtualSeconds }: Measurement): number => virtualSeconds, format: duration },
  bytes: { of: ({ bytesUp, bytesDown }: Measurement): number => bytesUp + bytesDown, format: bytes },
  updates: { of: ({ updatesUsed }: Measurement): number => updatesUsed, format: count },
} as const;

type Axis = keyof typeof AXES;
const NAMES = ["time", "bytes", "updates"] as const;

/** The section of curves. */
export function Curves({ measurements }: { readonly measurements: readonly Measurement[] }): JSX.Element {
  const axis = useSignal<Axis>("time");
  const { of, format } = AXES[axis.value];
  const points = (y: (one: Measurement) => number | null): readonly (readonly [number, number])[] =>
    measurements.flatMap((one) => {
      const value = y(one);
      return value === null ? [] : [[of(one), value] as const];
    });
  const accuracy = points(({ testAccuracy }) => testAccuracy);
  const x = { name: axis.value, format };
  return (
    <section aria-labelledby="curves">
      <h2 id="curves">On held-out examples</h2>
      {measurements.length === 0 && <p class="empty">Nothing was measured yet.</p>}
      {measurements.length > 0 && (
        <>
          <fieldset class="switch">
            <legend>Against</legend>
            {NAMES.map((name) => (
              <label key={name}>
                <input type="radio" name="axis" checked={axis.value === name} onChange={() => (axis.value = name)} />
                {name}
              </label>
            ))}
          </fieldset>
          <div class="charts">
            {accuracy.length > 0 && (
              <Chart name="Accuracy" points={accuracy} x={x} format={percent} lowest={0} highest={1} />
            )}
            <Chart name="Loss" points={points(({ testLoss }) => testLoss)} x={x} format={decimal} lowest={0} />
          </div>
        </>
      )}
    </section>
  );
}
