/**
 * Asks for a key.
 *
 * @module
 */
import type { JSX, TargetedSubmitEvent } from "preact";
import { useTitle } from "./use-title.ts";
import { Glyph } from "./glyph.tsx";

/** What the form shows, and who hears of a key. */
export interface KeyFormProps {
  /** What is wrong with the key that was shown; null where none was. */
  readonly problem: string | null;
  readonly onKey: (key: string) => void;
}

/** A form for a key. */
export function KeyForm({ problem, onKey }: KeyFormProps): JSX.Element {
  useTitle("A key, please");
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const key = new FormData(event.currentTarget).get("key");
    if (typeof key === "string" && key.trim() !== "") onKey(key.trim());
  };
  return (
    <form class="key" onSubmit={submit}>
      <Glyph name="key" />
      <h1>A key, please</h1>
      <p>How the runs are is shown to those with a key of this coordinator; that of a viewer is enough.</p>
      {problem !== null && (
        <p class="alert" role="alert">
          {problem}
        </p>
      )}
      <label for="key">Key</label>
      <input id="key" name="key" type="password" autocomplete="off" spellcheck={false} required />
      <button type="submit">Show the runs</button>
      <p class="muted">
        The first key lies in the file <code>admin-key</code> of the coordinator's folder, and{" "}
        <code>npx potluck key create</code> makes others. It is kept in this tab until you close it.{" "}
        <a href="#/methods">The methods</a> are open to everybody.
      </p>
    </form>
  );
}
