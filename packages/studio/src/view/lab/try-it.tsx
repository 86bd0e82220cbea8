/**
 * The way from a method to the Lab.
 *
 * @module
 */
import type { JSX } from "preact";
import { isTried } from "../../lab/tried.ts";

/** Which part. */
export interface TryItProps {
  readonly room: string;
  readonly name: string;
}

/** A link that opens the Lab with a part beside a baseline; nothing for a part that the Lab cannot run. */
export function TryIt({ room, name }: TryItProps): JSX.Element | null {
  if (!isTried(room, name)) return null;
  return (
    <p class="try-it">
      <a href={`#/lab/try/${room}/${name}`}>Try it in the Lab</a>
    </p>
  );
}
