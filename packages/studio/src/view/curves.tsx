/**
 * Accuracy and loss, against time, bytes or updates.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Measurement } from "../api/answers.ts";
import type { Alignment } from "../state/compare-route.ts";
import { decimal, percent } from "../words/format.ts";
import { AxisSwitch, axes } from "./axes.tsx";
import { Chart } from "./chart.tsx";

/** The section of curves. */
export function Curves({ measurements }: { readonly measurements: readonly Measurement[] }): JSX.Element {
  const axis = useSignal<Alignment>("time");
  const { of, format } = axes[axis.value];
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
          <AxisSwitch legend="Against" chosen={axis.value} onChoose={(name) => (axis.value = name)} />
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
