/**
 * What has come of the plans so far: curves, numbers, fleet, scores.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Measurement } from "../../api/answers.ts";
import type { Alignment } from "../../state/compare-route.ts";
import type { PlanEnding } from "../../lab/messages.ts";
import { isGoingOn, type Lab, type LabRun, type PlanStory } from "../../state/lab.ts";
import { bytes, count, decimal, duration, percent } from "../../words/format.ts";
import { failuresIn } from "../../words/failures.ts";
import { AxisSwitch, axes } from "../axes.tsx";
import { Fleet } from "../fleet.tsx";
import { Lines } from "./lines.tsx";
import { ScoreTable } from "./score-table.tsx";

/** The sections of results; nothing before the first run. */
export function Results({ lab }: { readonly lab: Lab }): JSX.Element | null {
  const run = lab.run.value;
  if (run === null) return null;
  return (
    <>
      <Standings run={run} />
      <Curves run={run} />
      <Fleets run={run} />
      <ScoreTable plans={run.plans} />
    </>
  );
}

function Standings({ run }: { readonly run: LabRun }): JSX.Element {
  return (
    <section aria-labelledby="standings">
      <h2 id="standings">
        How they stand <span class="muted">seed {run.choice.seed}</span>
      </h2>
      <div class="lab-plans">
        {run.plans.map((story, at) => (
          <Standing key={at} at={at} story={story} target={run.choice.scene["targetAccuracy"]} />
        ))}
      </div>
    </section>
  );
}

interface StandingProps {
  readonly at: number;
  readonly story: PlanStory;
  readonly target: unknown;
}

function Standing({ at, story, target }: StandingProps): JSX.Element {
  const { title, measurements, ending, problem } = story;
  return (
    <article class={`lab-plan line-${at + 1}`} data-plan={title}>
      <h3>{title}</h3>
      <dl class="numbers">
        {rowsOf(story).map(([name, value, field]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-field={field}>{value}</dd>
          </div>
        ))}
      </dl>
      {typeof target === "number" && <p class="muted">{reached(measurements, target)}</p>}
      {ending !== null && (
        <p class="ending">
          Ended: {ending.reason}. It took {duration(ending.wallSeconds)} here.
        </p>
      )}
      {ending !== null && ending.failures.length > 0 && <FailedTasks failures={ending.failures} />}
      {problem !== null && (
        <p class="alert" role="alert">
          {problem.message}. {problem.remedy}
        </p>
      )}
    </article>
  );
}

/** So many reasons are told: others are of the same kind, or rare. */
const MOST_REASONS = 3;

/** Why tasks failed, in the words of the command line. */
function FailedTasks({ failures }: Pick<PlanEnding, "failures">): JSX.Element {
  const all = failures.reduce((sum, [, times]) => sum + times, 0);
  const told = failures.slice(0, MOST_REASONS);
  return (
    <div class="alert" data-field="failures">
      <p>
        {all === 1 ? "One task failed" : `${count(all)} tasks failed`}
        {told.length < failures.length && `, for ${count(failures.length)} reasons, among them`}:
      </p>
      <ul>
        {told.map(([why, times]) => (
          <li key={why}>
            {times === 1 ? "once" : `${count(times)} times`}: {why}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Numbers of a plan: what each is called, and the field of a measurement that it is. */
function rowsOf({ measurements, now, scorecard }: PlanStory): readonly (readonly [string, string, string])[] {
  const last = measurements.at(-1);
  const { version = 0, updatesUsed = 0, bytesUp = 0, bytesDown = 0 } = last ?? {};
  return [
    ["accuracy", percent(last?.testAccuracy ?? null), "testAccuracy"],
    ["loss", decimal(last?.testLoss ?? null), "testLoss"],
    ["virtual time", duration(now), "virtualSeconds"],
    ["version", count(version), "version"],
    ["updates used", count(updatesUsed), "updatesUsed"],
    ["bytes", bytes(bytesUp + bytesDown), "bytes"],
    ...failuresIn(scorecard).map(([name, times, field]) => [name, count(times), field] as const),
  ];
}

function reached(measurements: readonly Measurement[], target: number): string {
  const first = measurements.find(({ testAccuracy }) => testAccuracy !== null && testAccuracy >= target);
  if (first === undefined) return `${percent(target)} was not reached yet.`;
  return `${percent(target)} was reached after ${duration(first.virtualSeconds)}.`;
}

function Curves({ run }: { readonly run: LabRun }): JSX.Element {
  const axis = useSignal<Alignment>("time");
  const { of, format } = axes[axis.value];
  const x = { name: axis.value, format };
  const lines = (y: (one: Measurement) => number | null): readonly { name: string; points: [number, number][] }[] =>
    run.plans.map(({ title, measurements }) => ({
      name: title,
      points: measurements.flatMap((one): [number, number][] => {
        const value = y(one);
        return value === null ? [] : [[of(one), value]];
      }),
    }));
  const accuracies = lines(({ testAccuracy }) => testAccuracy);
  return (
    <section aria-labelledby="curves">
      <h2 id="curves">On held-out examples</h2>
      <AxisSwitch legend="Against" chosen={axis.value} onChoose={(name) => (axis.value = name)} />
      <div class="charts">
        {accuracies.some(({ points }) => points.length > 0) && (
          <Lines name="Accuracy" lines={accuracies} x={x} format={percent} lowest={0} highest={1} />
        )}
        <Lines name="Loss" lines={lines(({ testLoss }) => testLoss)} x={x} format={decimal} lowest={0} />
      </div>
    </section>
  );
}

function Fleets({ run }: { readonly run: LabRun }): JSX.Element | null {
  const chosen = useSignal(0);
  const at = Math.min(chosen.value, run.plans.length - 1);
  const story = run.plans[at];
  if (story === undefined) return null;
  return (
    <div class="lab-fleet">
      <Fleet clients={story.clients} now={story.now} isEnded={!isGoingOn(run)} />
      {run.plans.length > 1 && (
        <fieldset class="switch">
          <legend>The fleet of</legend>
          {run.plans.map(({ title }, place) => (
            <label key={place}>
              <input type="radio" name="fleet" checked={place === at} onChange={() => (chosen.value = place)} />
              {title}
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
