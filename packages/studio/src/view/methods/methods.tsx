/**
 * The catalogue of methods and parts, and one of them.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Api } from "../../api/api.ts";
import type { Catalogue, CataloguePart, CatalogueRoom } from "../../api/catalogue.ts";
import { fetchOnce } from "../../state/fetch-once.ts";
import { seenIn } from "../../state/watched.ts";
import { Empty, Notice } from "../notice.tsx";
import { useTitle } from "../use-title.ts";
import { useWatch } from "../use-watch.ts";
import { Fights } from "./fights.tsx";
import { Method } from "./method.tsx";

/** Where the catalogue is, and the part that is open: "pacing/fed-fix". */
export interface MethodsProps {
  readonly api: Api;
  readonly chosen: string | null;
}

const ENEMIES = ["starvation", "delay", "unfair share", "bottleneck"] as const;

/** The view of all methods, or of the one that is chosen. */
export function Methods({ api, chosen }: MethodsProps): JSX.Element {
  useTitle(chosen === null ? "Methods" : `${chosen.split("/").at(-1) ?? chosen}, a method`);
  const watched = useWatch((stop) => fetchOnce(api.catalogue, stop)).value;
  const catalogue = seenIn(watched);
  if (catalogue === null || chosen === null) {
    return (
      <>
        <h1>Methods</h1>
        <p>
          What plans are made of, by the question that each part answers. Each has a name that scenario files use as it
          is.
        </p>
        <Notice watched={watched} />
        {catalogue !== null && <Index catalogue={catalogue} />}
      </>
    );
  }
  const room = catalogue.rooms.find(({ room: name }) => chosen.startsWith(`${name}/`));
  const at = room?.parts.findIndex(({ name }) => chosen === `${room.room}/${name}`) ?? -1;
  const part = room?.parts[at];
  if (room === undefined || part === undefined) return <Unknown name={chosen} />;
  return <Method key={chosen} api={api} room={room} part={part} />;
}

function Unknown({ name }: { readonly name: string }): JSX.Element {
  return (
    <>
      <h1>Methods</h1>
      <Empty title={`No method is called “${name}”`}>
        <a href="#/methods">All methods</a> are listed by what they do.
      </Empty>
    </>
  );
}

function Index({ catalogue }: { readonly catalogue: Catalogue }): JSX.Element {
  const wanted = useSignal("");
  const enemy = useSignal("any");
  const rooms = matching(catalogue, wanted.value, enemy.value);
  return (
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
        <Room key={room.room} room={room} />
      ))}
      {rooms.length === 0 && <Empty title="No method is like that.">Ask for less, or for another enemy.</Empty>}
    </>
  );
}

function matching({ rooms }: Catalogue, wanted: string, enemy: string): readonly CatalogueRoom[] {
  const text = wanted.trim().toLowerCase();
  const fits = ({ name, about, idea, fights, paper }: CataloguePart): boolean =>
    (enemy === "any" || fights.includes(enemy)) &&
    `${name} ${about} ${idea} ${paper?.title ?? ""} ${paper?.authors ?? ""}`.toLowerCase().includes(text);
  return rooms.flatMap((room) => {
    const parts = room.parts.filter(fits);
    return parts.length === 0 ? [] : [{ ...room, parts }];
  });
}

function Room({ room }: { readonly room: CatalogueRoom }): JSX.Element {
  return (
    <section aria-labelledby={`room-${room.room}`}>
      <h2 id={`room-${room.room}`}>
        {room.room} <span class="muted">{room.question}</span>
      </h2>
      <ul class="methods">
        {room.parts.map(({ name, about, fights }) => (
          <li key={name}>
            <a href={`#/methods/${room.room}/${name}`}>{name}</a>
            <span>{about}</span>
            <Fights enemies={fights} />
          </li>
        ))}
      </ul>
    </section>
  );
}
