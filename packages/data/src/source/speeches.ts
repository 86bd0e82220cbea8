/**
 * Speeches: what each role of a play says. A speech is a line with the speaker and a colon, then what is said; an empty
 * line ends it.
 *
 *     ROMEO:
 *     But, soft! what light through yonder window breaks?
 *
 * @module
 */
import { corrupt } from "./contents.ts";

/** What one role says, speech after speech. */
export interface Role {
  /** In capitals, so that "All" and "ALL" are one. */
  readonly name: string;
  /** Every stretch of white space and line ends is one space. */
  readonly text: string;
}

/** The longest name of a speaker, in characters: a longer line is something else. */
const MAX_NAME_LENGTH = 80;

/** The roles of the file `path` in the order of their first speeches. Throws Fault "file-corrupt", which names the line. */
export function rolesOf(text: string, path: string): readonly Role[] {
  const said = new Map<string, string[]>();
  let speaker: string[] | null = null;
  text.split("\n").forEach((line, at) => {
    if (line.trim() === "") speaker = null;
    else if (speaker !== null) speaker.push(line);
    else {
      const name = speakerOf(line, at, path);
      speaker = said.get(name) ?? [];
      said.set(name, speaker);
    }
  });
  return Array.from(said, ([name, lines]) => ({ name, text: lines.join(" ").replaceAll(/\s+/gu, " ").trim() }));
}

function speakerOf(line: string, at: number, path: string): string {
  const name = line.trimEnd();
  if (name.endsWith(":") && name.length <= MAX_NAME_LENGTH) {
    return name.slice(0, -1).trim().replaceAll(/\s+/gu, " ").toUpperCase();
  }
  throw corrupt(
    path,
    `line ${at + 1} begins a speech, but is no speaker with a colon, as "ROMEO:" is`,
    "Put the speaker on a line before each speech, and an empty line between speeches.",
  );
}
