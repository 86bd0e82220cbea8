/**
 * Who looks: the key, for as long as the tab is open, and what it may do.
 *
 * @module
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { WhoAnswer } from "../api/answers.ts";
import { type Api, apiAt, ApiProblem } from "../api/api.ts";

/** Who looks: not known yet, somebody whose key is none (with the reason; null where none was shown), or somebody. */
export type Who =
  | { readonly kind: "asking"; readonly isOffline: boolean }
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
  const who = signal<Who>({ kind: "asking", isOffline: false });
  const key = (): string | null => storage.getItem(ITEM);
  const api = apiAt({ root, key });
  const refuse = (problem: string): void => {
    const hadKey = key() !== null;
    storage.removeItem(ITEM);
    who.value = { kind: "stranger", problem: hadKey ? `This key opens nothing: ${problem}.` : null };
  };
  const introduce = async (): Promise<void> => {
    const shown = key();
    try {
      who.value = { kind: "known", who: await api.whoAmI(), hasKey: shown !== null };
    } catch (error) {
      if (error instanceof ApiProblem && error.kind === "unauthorised") return refuse(error.message);
      // A key is forgotten only where the coordinator itself says that it is none.
      who.value = { kind: "asking", isOffline: true };
      setTimeout(() => void introduce(), RETRY_MILLISECONDS);
    }
  };
  if (!isAlone) void introduce();
  return {
    api,
    who,
    enter: (shown) => {
      storage.setItem(ITEM, shown);
      void introduce();
    },
    leave: () => {
      storage.removeItem(ITEM);
      void introduce();
    },
    note: (problem) => {
      if (problem instanceof ApiProblem && problem.kind === "unauthorised") refuse(problem.message);
    },
  };
}
