/**
 * The enemies that a part fights.
 *
 * @module
 */
import type { JSX } from "preact";

/** What a part fights, as small marks. */
export function Fights({ enemies }: { readonly enemies: readonly string[] }): JSX.Element | null {
  if (enemies.length === 0) return null;
  return (
    <span class="fights">
      <span class="hidden">fights </span>
      {enemies.map((enemy) => (
        <em key={enemy}>{enemy}</em>
      ))}
    </span>
  );
}
