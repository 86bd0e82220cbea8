/**
 * Who looks: the key, for as long as the tab is open, and what it may do.
 *
 * @module
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { WhoAnswer } from "../api/answers.ts";
import { type Api, apiAt, ApiProblem } from "../api/api.ts";

/** Who looks: not known yet (with what stands in the way of knowing it), somebody whose key is none (with the reason; null where none was shown), or somebody. */
export type Who =
  | { readonly kind: "asking"; readonly problem: ApiProblem | null; readonly hasKey: boolean }
  | { readonly kind: "stranger"; readonly problem: string | null }
  | { readonly kind: "known"; readonly who: WhoAnswer; readonly hasKey: boolean };

/** A session. */
export interface Session {
  readonly api: Api;
  readonly who: ReadonlySignal<Who>;
  /** Shows a key. */
  readonly enter: (key: string) => void;
  /** Forgets it. */
  readonly leave: () => void;
  /** Hears of problems: after one of the key it is asked for again. */
  readonly note: (problem: unknown) => void;
}

const ITEM = "potluck-key";
const RETRY_MILLISECONDS = 2000;

/** A session at the coordinator at `root`, whose key is kept in `storage`. Where the page stands alone there is none to ask. */
export function sessionAt(
  root: URL,
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  isAlone = false,
): Session {
  const { key, show, keep, forget } = keyIn(storage);
  let attempt = 0;
  const who = signal<Who>({ kind: "asking", problem: null, hasKey: key() !== null });
  const api = apiAt({ root, key });
  const refuse = (words: string): void => {
    const hadKey = key() !== null;
    forget();
    who.value = { kind: "stranger", problem: hadKey ? words : null };
  };
  const introduce = async (): Promise<void> => {
    attempt += 1;
    const own = attempt;
    const shown = key();
    try {
      const known = await api.whoAmI();
      if (own !== attempt) return;
      keep();
      who.value = { kind: "known", who: known, hasKey: shown !== null };
    } catch (error) {
      if (own !== attempt) return;
      const problem = error instanceof ApiProblem ? error : new ApiProblem("refused", String(error));
      if (problem.kind === "unauthorised") return refuse(opensNothing(problem));
      // A good key is let in however many wrong ones were shown: this one is none.
      if (problem.kind === "busy") return refuse(problem.message);
      // A key is forgotten only where the coordinator itself says that it is none.
      who.value = { kind: "asking", problem, hasKey: shown !== null };
      setTimeout(() => own === attempt && void introduce(), RETRY_MILLISECONDS);
    }
  };
  if (!isAlone) void introduce();
  return {
    api,
    who,
    enter: (shown) => {
      show(shown);
      void introduce();
    },
    leave: () => {
      forget();
      who.value = { kind: "asking", problem: null, hasKey: false };
      void introduce();
    },
    note: (problem) => {
      if (problem instanceof ApiProblem && problem.kind === "unauthorised") refuse(opensNothing(problem));
    },
  };
}

/** A key that is shown, and kept once it has opened something. */
interface HeldKey {
  readonly key: () => string | null;
  readonly show: (key: string) => void;
  readonly keep: () => void;
  readonly forget: () => void;
}

function keyIn(storage: Pick<Storage, "getItem" | "setItem" | "removeItem">): HeldKey {
  let tried: string | null = null;
  return {
    key: () => tried ?? storage.getItem(ITEM),
    show: (key) => (tried = key),
    keep: () => {
      if (tried !== null) storage.setItem(ITEM, tried);
      tried = null;
    },
    forget: () => {
      tried = null;
      storage.removeItem(ITEM);
    },
  };
}

function opensNothing({ message }: ApiProblem): string {
  return `This key opens nothing: ${message}.`;
}
