/**
 * What stands in place of what is not there to see, or beside what may be old.
 *
 * @module
 */
import type { ComponentChildren, JSX } from "preact";
import type { Watched } from "../state/watched.ts";
import { Glyph, type GlyphName } from "./glyph.tsx";

/** Says how a watch stands, unless all is well. */
export function Notice<T>({ watched }: { readonly watched: Watched<T> }): JSX.Element | null {
  switch (watched.kind) {
    case "loading":
      return <Loading what="Loading" />;
    case "live":
      return null;
    case "reconnecting":
      return watched.value === null ? <Offline why={watched.why} /> : <Reconnecting why={watched.why} />;
    case "failed":
      return <Failed problem={watched.problem} />;
  }
}

/** Something is on its way. */
export function Loading({ what }: { readonly what: string }): JSX.Element {
  return (
    <div class="loading" role="status">
      <span>{what} …</span>
      <span class="bones" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </div>
  );
}

interface AwayProps {
  /** What the coordinator says in place of an answer; nothing where it says nothing. */
  readonly why?: string | undefined;
  /** What else may be done. */
  readonly children?: ComponentChildren;
}

/** The coordinator is away, and there is nothing to show meanwhile. */
export function Offline({ why, children }: AwayProps): JSX.Element {
  const title = why === undefined ? "The coordinator does not answer" : "The coordinator does not let this page look";
  return (
    <Card glyph="apart" title={title} role="status">
      <p>
        {why ?? "It may be starting, or this device is not connected."} This page keeps trying and goes on by itself.
      </p>
      {children}
    </Card>
  );
}

/** The coordinator is away, and what is shown is as it was. */
function Reconnecting({ why }: AwayProps): JSX.Element {
  return (
    <p class="banner" role="status">
      <Glyph name="apart" />
      <span>
        <strong>{why ?? "The coordinator does not answer."}</strong> What is shown is as it was last. This page keeps
        trying.
      </span>
    </p>
  );
}

function Failed({ problem }: { readonly problem: string }): JSX.Element {
  return (
    <Card glyph="wrong" title="That cannot be shown" role="alert">
      <p>{problem}</p>
      <p>
        <button type="button" onClick={() => location.reload()}>
          Try again
        </button>
      </p>
    </Card>
  );
}

interface EmptyProps {
  readonly title: string;
  /** What to do about it. */
  readonly children?: ComponentChildren;
}

/** There is nothing, and that is no mistake. */
export function Empty({ title, children }: EmptyProps): JSX.Element {
  return (
    <Card glyph="bowl" title={title}>
      {children}
    </Card>
  );
}

interface CardProps extends EmptyProps {
  readonly glyph: GlyphName;
  readonly role?: "alert" | "status";
}

function Card({ glyph, title, role, children }: CardProps): JSX.Element {
  return (
    <div class={`card ${glyph}`} role={role}>
      <Glyph name={glyph} />
      <p class="title">{title}</p>
      <div class="remedy">{children}</div>
    </div>
  );
}

/** The state of a run as a word with a dot. */
export function StateWord({ state }: { readonly state: string }): JSX.Element {
  return <span class={`state ${state}`}>{state}</span>;
}
