/**
 * The catalogue of methods and parts.
 *
 * @module
 */
import { type Signal, signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Api } from "../api/api.ts";
import type { Catalogue, CataloguePart, CatalogueRoom } from "../api/catalogue.ts";
import { seenIn, type Watched } from "../state/watched.ts";
import { TryIt } from "./lab/try-it.tsx";
import { Notice } from "./notice.tsx";
import { useWatch } from "./use-watch.ts";

/** Where the catalogue is, and the part that is open: "pacing/fed-fix". */
export interface MethodsProps {
  readonly api: Api;
  readonly chosen: string | null;
}

const ENEMIES = ["starvation", "delay", "unfair share", "bottleneck"] as const;

/** The view of all methods. */
export function Methods({ api, chosen }: MethodsProps): JSX.Element {
  const watched = useWatch(() => fetched(api)).value;
  const wanted = useSignal("");
  const enemy = useSignal("any");
  const catalogue = seenIn(watched);
  const rooms = catalogue === null ? [] : matching(catalogue, wanted.value, enemy.value);
  return (
    <>
      <h1>Methods</h1>
      <p>
        What plans are made of, by the question that each part answers. Each has a name that scenario files use as it
        is.
      </p>
      <Notice watched={watched} />
      {catalogue !== null && (
        <>
          <div class="controls">
            <label>
              Filter{" "}
              <input
                type="search"
                placeholder="name or idea"
                onInput={(event) => (wanted.value = event.currentTarget.value)}
              />
            </label>
            <label>
              Fights{" "}
              <select value={enemy.value} onChange={(event) => (enemy.value = event.currentTarget.value)}>
                <option>any</option>
                {ENEMIES.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          </div>
          {rooms.map((room) => (
            <Room key={room.room} room={room} chosen={chosen} />
          ))}
          {rooms.length === 0 && <p class="empty">No method is like that.</p>}
        </>
      )}
    </>
  );
}

function fetched(api: Api): Signal<Watched<Catalogue>> {
  const watched = signal<Watched<Catalogue>>({ kind: "loading" });
  const fetch = async (): Promise<void> => {
    try {
      watched.value = { kind: "live", value: await api.catalogue() };
    } catch (error) {
      watched.value = { kind: "failed", problem: error instanceof Error ? error.message : String(error) };
    }
  };
  void fetch();
  return watched;
}

function matching({ rooms }: Catalogue, wanted: string, enemy: string): readonly CatalogueRoom[] {
  const text = wanted.trim().toLowerCase();
  const fits = ({ name, about, fights, paper }: CataloguePart): boolean =>
    (enemy === "any" || fights.includes(enemy)) &&
    `${name} ${about} ${paper?.title ?? ""} ${paper?.authors ?? ""}`.toLowerCase().includes(text);
  return rooms.flatMap((room) => {
    const parts = room.parts.filter(fits);
    return parts.length === 0 ? [] : [{ ...room, parts }];
  });
}

function Room({ room, chosen }: { readonly room: CatalogueRoom; readonly chosen: string | null }): JSX.Element {
  return (
    <section aria-labelledby={`room-${room.room}`}>
      <h2 id={`room-${room.room}`}>
        {room.room} <span class="muted">{room.question}</span>
      </h2>
      {room.parts.map((part) => (
        <details key={part.name} class="method" open={chosen === `${room.room}/${part.name}`}>
          <summary>
            <strong>{part.name}</strong> <span>{part.about}</span>
            {part.fights.map((enemy) => (
              <em key={enemy}>{enemy}</em>
            ))}
          </summary>
          <TryIt room={room.room} name={part.name} />
          <Part part={part} />
        </details>
      ))}
    </section>
  );
}

function Part({ part }: { readonly part: CataloguePart }): JSX.Element {
  const { use, options, paper, page, reproduction } = part;
  return (
    <div class="part">
      {use.length > 0 && (
        <>
          <h3>When to use it</h3>
          <ul>
            {use.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      <h3>Options</h3>
      {options.length === 0 && <p class="empty">None.</p>}
      <dl class="options">
        {options.map(({ name, range, default: given, about }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              {about}; {range}; {given === null ? "must be given" : `${given} unless said otherwise`}
            </dd>
          </div>
        ))}
      </dl>
      {paper !== null && (
        <p>
          {paper.authors}:{" "}
          <a href={paper.link} rel="noreferrer" target="_blank">
            {paper.title}
          </a>
          . {paper.venue}.
        </p>
      )}
      <p class="muted">
        More in <code>{page}</code>
        {reproduction !== null && (
          <>
            {"; what we measured of it in "}
            <code>{reproduction}</code>
          </>
        )}
        .
      </p>
    </div>
  );
}
