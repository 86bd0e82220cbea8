/**
 * Runs beside one another: the content of the report of `potluck compare`, with curves that can be lined up by time, bytes or updates.
 *
 * @module
 */
import {
  type Comparison,
  curveOf,
  dataSentence,
  decimal,
  forArms,
  glanceTable,
  hasAccuracy,
  introductionTo,
  leftOutTable,
  lossKinds,
  momentTable,
  percent,
  runsTable,
  seedsOf,
  settingsTable,
  titleOf,
  unmeasuredSentence,
  verdictTexts,
  warningsOfArms,
} from "@potluck/comparison";
import type { Measurement } from "@potluck/scenario";
import type { JSX } from "preact";
import { type Alignment, compareHash, type CompareRoute } from "../../state/compare-route.ts";
import type { ComparedRuns } from "../../state/compare-runs.ts";
import { watchComparison } from "../../state/watch-comparison.ts";
import type { Session } from "../../state/session.ts";
import { seenIn } from "../../state/watched.ts";
import { AxisSwitch, axes } from "../axes.tsx";
import { Notice } from "../notice.tsx";
import { useTitle } from "../use-title.ts";
import { useWatch } from "../use-watch.ts";
import { BandChart } from "./band-chart.tsx";
import { Scorecards } from "./scorecards.tsx";
import { TextTable } from "./text-table.tsx";

/** What is compared, and who looks. */
export interface CompareProps {
  readonly session: Session;
  readonly route: CompareRoute;
}

/** The view of a comparison. */
export function Compare({ session, route }: CompareProps): JSX.Element {
  const watched = useWatch((stop) => watchComparison(session, route.words, stop)).value;
  const compared = seenIn(watched);
  useTitle(compared === null ? "Compare" : `Compare: ${titleOf(compared.comparison.arms)}`);
  return (
    <>
      <p class="back">
        <a href="#/runs">All runs</a>
      </p>
      {compared === null && <h1>Compare</h1>}
      <Notice watched={watched} />
      {compared !== null && <Compared compared={compared} route={route} />}
    </>
  );
}

interface ComparedProps {
  readonly compared: ComparedRuns;
  readonly route: CompareRoute;
}

function Compared({ compared, route }: ComparedProps): JSX.Element {
  const { comparison } = compared;
  return (
    <>
      <Head compared={compared} />
      <Curves comparison={comparison} route={route} />
      <Ahead comparison={comparison} at={route.at} />
      <Scorecards comparison={comparison} />
      <Setup compared={compared} />
    </>
  );
}

/** Why none of the runs of an arm is there. */
function whyLost(lost: string, leftOut: ComparedRuns["leftOut"]): string {
  const reasons = new Set(leftOut.flatMap(({ arm, why }) => (arm === lost ? [why] : [])));
  return [...reasons].join("; ");
}

function Head({ compared: { comparison, leftOut, lostArms } }: { readonly compared: ComparedRuns }): JSX.Element {
  const { arms } = comparison;
  const glance = glanceTable(comparison);
  return (
    <>
      <h1>{titleOf(arms)}</h1>
      <p class="muted">
        {arms.length} {arms.length === 1 ? "arm" : "arms"}, seeds {seedsOf(arms).join(", ")}.{" "}
        {introductionTo(comparison)}
      </p>
      {lostArms.length > 0 && (
        <p class="alert">
          {lostArms.map((arm) => `${arm} is not compared: ${whyLost(arm, leftOut)}. `)}
          {arms.length > 1 && `Differences are from ${arms[0].name}.`}
        </p>
      )}
      {warningsOfArms(arms).map((warning) => (
        <p key={warning.sentence} class="alert">
          <strong>Warning</strong>
          {forArms(warning, arms.length)}: {warning.sentence}. {warning.remedy}
        </p>
      ))}
      {glance !== null && <TextTable table={glance} field="glance" />}
      <dl class="verdicts">
        {verdictTexts(comparison).map(({ arm, losses, none }, at) => (
          <div key={arm}>
            <dt>
              <span class={`swatch series-${at + 1}`} aria-hidden="true" />
              {arm} loses to
            </dt>
            {losses.length === 0 && <dd>{none}</dd>}
            {losses.map(({ enemy, text }) => (
              <dd key={enemy}>
                <strong>{enemy}</strong>: {text}
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </>
  );
}

function Curves({
  comparison: { arms },
  route,
}: {
  readonly comparison: Comparison;
  readonly route: CompareRoute;
}): JSX.Element {
  const { of, format } = axes[route.at];
  const x = { name: route.at, format };
  const curvesOf = (value: (measurement: Measurement) => number | null) =>
    arms.map((arm) => ({ name: arm.name, points: curveOf(arm, of, value) }));
  const haveAccuracy = arms.some(({ runs }) => runs.some(({ outcome }) => hasAccuracy(outcome)));
  return (
    <section aria-labelledby="curves">
      <h2 id="curves">On held-out examples</h2>
      <AxisSwitch
        legend="Lined up by"
        chosen={route.at}
        onChoose={(at) => location.replace(compareHash({ ...route, at }))}
      />
      <div class="charts">
        {haveAccuracy && (
          <BandChart name="Accuracy" curves={curvesOf(({ testAccuracy }) => testAccuracy)} x={x} format={percent} />
        )}
        {lossKinds(arms).length === 1 ? (
          <BandChart name="Loss" curves={curvesOf(({ testLoss }) => testLoss)} x={x} format={decimal} lowest={0} />
        ) : (
          <p class="empty">Losses of different kinds are not comparable.</p>
        )}
      </div>
      {seedsOf(arms).length > 1 && (
        <p class="muted">
          Lines are means over seeds, in a band of one standard deviation to each side; a curve ends with the first of
          its seeds.
        </p>
      )}
    </section>
  );
}

function Ahead({ comparison, at }: { readonly comparison: Comparison; readonly at: Alignment }): JSX.Element {
  return (
    <section aria-labelledby="ahead">
      <h2 id="ahead">Who is ahead</h2>
      <p class="muted">
        Each run counts with its last measurement up to the moment; nothing is interpolated. Differences are from{" "}
        <strong>{comparison.arms[0].name}</strong>. {unmeasuredSentence(comparison)}
      </p>
      {at !== "updates" && <TextTable table={momentTable(comparison, at)} field={`ahead.${at}`} />}
      <TextTable table={momentTable(comparison, "end")} field="ahead.end" />
    </section>
  );
}

function Setup({ compared: { comparison, leftOut } }: { readonly compared: ComparedRuns }): JSX.Element {
  const settings = settingsTable(comparison);
  const lost = leftOutTable(leftOut);
  const ids = comparison.arms.flatMap(({ runs }) => runs.map(({ run }) => run));
  return (
    <section aria-labelledby="setup">
      <h2 id="setup">What was compared</h2>
      {settings === null ? <p>All arms have the same settings.</p> : <TextTable table={settings} />}
      <p>{dataSentence(comparison)}</p>
      <details>
        <summary>The runs</summary>
        <TextTable table={runsTable(comparison)} />
        <p class="muted">
          The same as a page with more figures: <code>npx potluck report {ids.join(" ")}</code>
        </p>
      </details>
      {lost !== null && <TextTable table={lost} />}
    </section>
  );
}
