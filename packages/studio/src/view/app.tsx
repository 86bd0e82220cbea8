/**
 * The frame of the studio: where one can go, and who looks.
 *
 * @module
 */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Route } from "../state/route.ts";
import type { Session, Who } from "../state/session.ts";
import { Compare } from "./compare/compare.tsx";
import { KeyForm } from "./key-form.tsx";
import { LazyLab } from "./lab/lazy-lab.tsx";
import { NoCoordinator } from "./lab/no-coordinator.tsx";
import { Methods } from "./methods/methods.tsx";
import { Loading, Offline } from "./notice.tsx";
import { RunView } from "./run.tsx";
import { Runs } from "./runs/runs.tsx";

/** What the studio is made of. */
export interface AppProps {
  readonly session: Session;
  readonly route: ReadonlySignal<Route>;
  /** Whether no coordinator serves the page. */
  readonly isAlone: boolean;
}

/** The whole page. */
export function App({ session, route, isAlone }: AppProps): JSX.Element {
  const { view } = route.value;
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        Skip to the content
      </a>
      <header class="bar">
        <a class="name" href="#/runs">
          Potluck
        </a>
        <nav aria-label="Studio">
          <a href="#/runs" aria-current={current(view === "runs" || view === "run" || view === "compare")}>
            Runs
          </a>
          <a href="#/methods" aria-current={current(view === "methods")}>
            Methods
          </a>
          <a href="#/lab" aria-current={current(view === "lab")}>
            Lab
          </a>
        </nav>
        <Visitor session={session} />
      </header>
      <main id="main" tabIndex={-1}>
        <Place session={session} route={route.value} isAlone={isAlone} />
      </main>
    </>
  );
}

function current(isCurrent: boolean): "page" | undefined {
  return isCurrent ? "page" : undefined;
}

interface PlaceProps {
  readonly session: Session;
  readonly route: Route;
  readonly isAlone: boolean;
}

function Place({ session, route, isAlone }: PlaceProps): JSX.Element {
  // The catalogue is no secret.
  if (route.view === "methods") return <Methods api={session.api} chosen={route.chosen} />;
  // It runs in the page alone.
  if (route.view === "lab") return <LazyLab key={route.chosen.join("/")} chosen={route.chosen} />;
  if (isAlone) return <NoCoordinator />;
  const who = session.who.value;
  if (who.kind === "asking") return <Asking who={who} onForget={session.leave} />;
  if (who.kind === "stranger") return <KeyForm problem={who.problem} onKey={session.enter} />;
  if (route.view === "run") return <RunView key={route.run} session={session} run={route.run} role={who.who.role} />;
  if (route.view === "compare") return <Compare key={route.words.join()} session={session} route={route} />;
  return <Runs session={session} role={who.who.role} />;
}

interface AskingProps {
  readonly who: Who & { readonly kind: "asking" };
  readonly onForget: () => void;
}

/** It is not known yet who looks; whoever has shown a wrong key can show another. */
function Asking({ who: { problem, hasKey }, onForget }: AskingProps): JSX.Element {
  if (problem === null) return <Loading what="Asking the coordinator" />;
  return (
    <Offline why={problem.kind === "offline" ? undefined : problem.message}>
      {hasKey && (
        <p>
          <button type="button" onClick={onForget}>
            Forget the key
          </button>
        </p>
      )}
    </Offline>
  );
}

function Visitor({ session }: { readonly session: Session }): JSX.Element | null {
  const who = session.who.value;
  if (who.kind !== "known" || !who.hasKey) return null;
  return (
    <span class="visitor">
      <span class="muted">
        {who.who.name ?? "somebody"}, {who.who.role}
      </span>
      <button type="button" onClick={session.leave}>
        Forget the key
      </button>
    </span>
  );
}

/** The hash is that of views, so the way to the content is another. */
function toMain(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main")?.focus();
}
