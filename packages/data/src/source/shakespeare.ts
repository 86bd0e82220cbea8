/**
 * Shakespeare: a character model of plays, with every speaking role as a natural client. An example is a window of
 * characters of one role's text, and its label the character that follows.
 *
 *     x = text[i … i + window),   y = text[i + window],   i = 0, stride, 2 stride, …
 *
 * Characters are numbered from 0 in the order of their code points, as far as they occur. Of the n windows of a role the
 * first ⌊(1 − testShare) n⌋ are trained on and the last ones held out, without those that share a character with the
 * training windows or their labels. Roles whose text is no longer than a window have no examples.
 *
 * Caldas, Duddu, Wu, Li, Konečný, McMahan, Smith, Talwalkar, "LEAF: a benchmark for federated settings", 2018.
 * https://arxiv.org/abs/1812.01097 (code: https://github.com/TalwalkarLab/leaf). The task is that of McMahan, Moore,
 * Ramage, Hampson, Agüera y Arcas, AISTATS 2017. https://arxiv.org/abs/1602.05629
 *
 * Differences from LEAF: it reads the whole works in the form of Project Gutenberg and tells apart roles of one name in
 * two plays; the form that is read here does not name the plays. Its characters are numbered by a list of 80, and its first
 * held-out window begins with the label of the last training window.
 *
 * @module
 */
import { disk } from "#disk";
import { type Dataset, definePart, type Examples, Fault, type PartFactory, present } from "@potluck/core";
import { readText } from "./file.ts";
import { checkMadeBytes, type DataSource, sharedBytes, sharedWords } from "./source.ts";
import { type Role, rolesOf } from "./speeches.ts";

/** Options of {@link shakespeare}. */
export interface ShakespeareOptions {
  /** The file of the plays, relative to the working directory. */
  readonly file: string;
  /** Characters that the next one is told from, 1 … 65536; 80 by default, as in LEAF. */
  readonly window?: number;
  /** Characters from one window of a role to the next, ≥ 1; 1 by default, as in LEAF. */
  readonly stride?: number;
  /** Share of each role's windows, > 0 and ≤ 0.9, that is held out; 0.2 by default. */
  readonly testShare?: number;
}

/** The source `shakespeare`. Throws Fault "option-invalid"; loading rejects with the faults of its file. */
export const shakespeare: PartFactory<ShakespeareOptions, DataSource> = definePart<ShakespeareOptions, DataSource>({
  room: "data",
  name: "shakespeare",
  about: "The next character in plays, with every speaking role as a natural client.",
  fights: [],
  paper: {
    authors: "Caldas, Duddu, Wu, Li, Konečný, McMahan, Smith, Talwalkar",
    title: "LEAF: a benchmark for federated settings",
    venue: "arXiv 2018",
    link: "https://arxiv.org/abs/1812.01097",
  },
  options: {
    file: { kind: "text", path: "file", about: "the file of the plays" },
    window: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 65536,
      default: 80,
      about: "characters that the next one is told from",
    },
    stride: { kind: "number", integer: true, minimum: 1, default: 1, about: "characters from one window to the next" },
    testShare: { kind: "number", above: 0, maximum: 0.9, default: 0.2, about: "share of each role's held-out windows" },
  },
  make: ({ file, ...windows }) => ({
    load: async () => {
      const path = disk.resolve(file);
      return datasetOf(rolesOf(await readText(path), path), windows, path);
    },
  }),
});

type Windows = Required<Omit<ShakespeareOptions, "file">>;

/** The windows of one role: where each begins. */
interface RoleWindows {
  readonly role: Role;
  readonly train: readonly number[];
  readonly test: readonly number[];
}

function datasetOf(roles: readonly Role[], windows: Windows, path: string): Dataset {
  const cut = roles.map((role) => windowsOf(role, windows)).filter(({ train }) => train.length > 0);
  const count = cut.reduce((sum, { train, test }) => sum + train.length + test.length, 0);
  checkMadeBytes('data "shakespeare"', count * windows.window, "Raise stride, or lower window.");
  if (!cut.some(({ test }) => test.length > 0)) {
    const message = `${path}: no role says enough for windows of ${windows.window} characters to train on and to test on`;
    throw new Fault("data-invalid", message, "Lower window or stride, or give more text.");
  }
  const characters = numbered(
    cut.map(({ role }) => role.text),
    path,
  );
  const part = (which: "train" | "test"): Examples => partOf(cut, which, { window: windows.window, characters });
  const classNames = Array.from(characters.keys(), characterName);
  return { name: "shakespeare", classNames, train: part("train"), test: part("test") };
}

/** A letter or digit as it is, any other character in quotes. */
function characterName(character: string): string {
  return /^[\p{L}\p{N}]$/u.test(character) ? character : JSON.stringify(character);
}

function windowsOf(role: Role, { window, stride, testShare }: Windows): RoleWindows {
  const count = Math.max(0, role.text.length - window);
  const trained = count === 0 ? 0 : Math.max(1, Math.floor((1 - testShare) * count));
  return { role, train: every(stride, 0, trained), test: every(stride, trained + window, count) };
}

/** The numbers `from`, `from` + `stride`, … below `end`. */
function every(stride: number, from: number, end: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.ceil((end - from) / stride)) }, (_, at) => from + at * stride);
}

/** The number of each character. Throws Fault "data-invalid" where a byte cannot hold them. */
function numbered(texts: readonly string[], path: string): ReadonlyMap<string, number> {
  const characters = new Set<string>();
  for (const text of texts) for (let at = 0; at < text.length; at++) characters.add(text.charAt(at));
  if (characters.size > 256) {
    const message = `${path}: there are ${characters.size} different characters, and 256 classes are the most`;
    throw new Fault("data-invalid", message, "Replace rare characters, such as accented letters, by plain ones.");
  }
  return new Map([...characters].sort().map((character, number) => [character, number]));
}

/** One part of the windows, role after role. */
function partOf(
  roles: readonly RoleWindows[],
  which: "train" | "test",
  { window, characters }: { readonly window: number; readonly characters: ReadonlyMap<string, number> },
): Examples {
  const count = roles.reduce((sum, role) => sum + role[which].length, 0);
  const [features, labels] = [sharedBytes(count * window), sharedBytes(count)];
  const [ofRow, begins] = [sharedWords(count), sharedWords(count)];
  let row = 0;
  roles.forEach(({ role, [which]: starts }, owner) => {
    const tokens = Uint8Array.from({ length: role.text.length }, (_, at) =>
      present(characters.get(role.text.charAt(at)), "the number of a character"),
    );
    for (const start of starts) {
      features.set(tokens.subarray(start, start + window), row * window);
      labels[row] = tokens[start + window] ?? 0;
      begins[row] = start;
      ofRow[row++] = owner;
    }
  });
  const names = roles.map(({ role }) => role.name);
  const spans = { starts: begins, length: window + 1 };
  return {
    count,
    shape: [window],
    features,
    scale: 1,
    labels,
    classes: characters.size,
    owners: { ofRow, names },
    spans,
  };
}
