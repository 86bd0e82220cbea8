/**
 * What was measured of a method: its claim, what came of it, and the numbers.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Api } from "../../api/api.ts";
import type { Condition, Reproduction } from "../../api/reproduction.ts";
import { fetchOnce } from "../../state/fetch-once.ts";
import { seenIn } from "../../state/watched.ts";
import { Notice } from "../notice.tsx";
import { useWatch } from "../use-watch.ts";
import { Blocks, Table, Words } from "./code-words.tsx";
import { DotPlot } from "./dot-plot.tsx";

/** The section of the reproduction at a path beside the catalogue. */
export function MeasuredSection({ api, path }: { readonly api: Api; readonly path: string }): JSX.Element {
  const watched = useWatch((stop) => fetchOnce(async () => api.reproduction(path), stop)).value;
  const reproduction = seenIn(watched);
  return (
    <section aria-labelledby="measured">
      <h2 id="measured">What we measured</h2>
      <Notice watched={watched} />
      {reproduction !== null && <Told reproduction={reproduction} />}
    </section>
  );
}

function Told({ reproduction }: { readonly reproduction: Reproduction }): JSX.Element {
  const { claim, experiment, verdict, reading, conditions } = reproduction;
  const [first] = conditions.flatMap(({ name, measured }) => measured.map((one) => ({ ...one, name })));
  return (
    <>
      <h3>The claim</h3>
      <Blocks blocks={claim} />
      <h3>What came of it</h3>
      <p class="verdict">
        <Words text={verdict.words} />
      </p>
      {first !== undefined && <DotPlot title={pictured(first)} marks={first.marks} />}
      <Blocks blocks={verdict.points} />
      <details>
        <summary>How it was tried</summary>
        <Blocks blocks={experiment} />
      </details>
      <details>
        <summary>All numbers</summary>
        <Blocks blocks={reading} />
        {conditions.map((condition) => (
          <OneCondition key={condition.name} condition={condition} />
        ))}
      </details>
    </>
  );
}

function pictured({ name, title }: { readonly name: string; readonly title: string }): string {
  return name === title ? name : `${title}: ${name}`;
}

function OneCondition({ condition: { name, measured } }: { readonly condition: Condition }): JSX.Element | null {
  if (measured.length === 0) return null;
  return (
    <>
      <h4>{name}</h4>
      {measured.map(({ title, table }, at) => (
        <div key={at}>
          <h5>{title}</h5>
          <Table name={title} table={table} />
        </div>
      ))}
    </>
  );
}
