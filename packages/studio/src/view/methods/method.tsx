/**
 * One method: what it fights, its idea, its equation, its knobs, its paper, and what was measured of it.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Api } from "../../api/api.ts";
import type { CatalogueOption, CataloguePart, CatalogueRoom } from "../../api/catalogue.ts";
import { Words } from "./code-words.tsx";
import { Equation } from "./equation.tsx";
import { TryIt } from "../lab/try-it.tsx";
import { Fights } from "./fights.tsx";
import { MeasuredSection } from "./measured.tsx";
import { PlanLine } from "./plan-line.tsx";

/** A part and the room that it is in. */
export interface MethodProps {
  readonly api: Api;
  readonly room: CatalogueRoom;
  readonly part: CataloguePart;
}

/** The view of a method. */
export function Method({ api, room, part }: MethodProps): JSX.Element {
  const { name, about, fights, paper, reproduction } = part;
  return (
    <article class="method">
      <p class="back">
        <a href="#/methods">All methods</a> <span class="muted">{room.question}</span>
      </p>
      <h1>{name}</h1>
      <p class="lead">{about}</p>
      <div class="controls">
        <Fights enemies={fights} />
        <TryIt room={room.room} name={name} />
      </div>
      <Idea part={part} />
      <Plan room={room.room} part={part} />
      {paper !== null && <Paper paper={paper} />}
      {reproduction !== null && <MeasuredSection api={api} path={reproduction} />}
      <Others room={room} name={name} />
    </article>
  );
}

function Idea({ part: { idea, equation, symbols } }: { readonly part: CataloguePart }): JSX.Element {
  return (
    <section aria-labelledby="idea">
      <h2 id="idea">The idea</h2>
      <p>
        <Words text={idea} />
      </p>
      {equation !== null && <Equation of={equation} symbols={symbols} />}
    </section>
  );
}

function Plan({ room, part }: { readonly room: string; readonly part: CataloguePart }): JSX.Element {
  const { plan, options, use } = part;
  return (
    <section aria-labelledby="plan">
      <h2 id="plan">In a plan</h2>
      <PlanLine room={room} plan={plan} />
      <Knobs options={options} />
      {use.length > 0 && (
        <>
          <h3>When to use it</h3>
          <ul class="prose">
            {use.map((sentence) => (
              <li key={sentence}>
                <Words text={sentence} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Paper({ paper }: { readonly paper: NonNullable<CataloguePart["paper"]> }): JSX.Element {
  return (
    <section aria-labelledby="paper">
      <h2 id="paper">The paper</h2>
      <p>
        {paper.authors},{" "}
        <a href={paper.link} rel="noreferrer" target="_blank">
          {paper.title}
        </a>
        . {paper.venue}.
      </p>
    </section>
  );
}

function Knobs({ options }: { readonly options: readonly CatalogueOption[] }): JSX.Element {
  if (options.length === 0) return <p class="muted">It has no options.</p>;
  return (
    <table class="knobs">
      <thead>
        <tr>
          <th scope="col">option</th>
          <th scope="col">what it does</th>
          <th scope="col">range</th>
          <th scope="col">default</th>
        </tr>
      </thead>
      <tbody>
        {options.map(({ name, range, default: given, about }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>{about}</td>
            <td>{range}</td>
            <td>{given === null ? <span class="muted">must be given</span> : <code>{given}</code>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The other answers to the same question. */
function Others({ room, name }: { readonly room: CatalogueRoom; readonly name: string }): JSX.Element | null {
  const others = room.parts.filter((part) => part.name !== name);
  if (others.length === 0) return null;
  return (
    <nav class="others" aria-label="Other parts of this room">
      <span class="muted">Also in {room.room}:</span>
      {others.map((part) => (
        <a key={part.name} href={`#/methods/${room.room}/${part.name}`} title={part.about}>
          {part.name}
        </a>
      ))}
    </nav>
  );
}
