import { join } from "node:path";
import { type Dataset, type Examples, type Fault, rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byKey } from "../partition/by-key.ts";
import { folders, loadFault, published } from "./sample-files.ts";
import { shakespeare, type ShakespeareOptions } from "./shakespeare.ts";
import { rolesOf } from "./speeches.ts";

const folderOf = folders();

async function sourceOf(text: string | Uint8Array, options: Omit<ShakespeareOptions, "file"> = {}) {
  return shakespeare({ file: join(await folderOf({ "plays.txt": text }), "plays.txt"), ...options });
}

async function faultOf(text: string | Uint8Array, options: Omit<ShakespeareOptions, "file"> = {}): Promise<Fault> {
  return loadFault(await sourceOf(text, options));
}

/** Windows and next characters in letters, each with its owner: "ab>c A". */
function inLetters(
  { count, features, labels, shape: [window = 0], owners }: Examples,
  letters: string,
): readonly string[] {
  return Array.from({ length: count }, (_, row) => {
    const shown = [...features.subarray(row * window, (row + 1) * window)].map((token) => letters[token]).join("");
    return `${shown}>${letters[labels[row] ?? -1]} ${owners?.names[owners.ofRow[row] ?? -1]}`;
  });
}

describe("the source shakespeare", () => {
  const play = "Ann:\nabc\nde\n\nBEN:\nbad\n\nANN:\n fa\n\nCid:\na\n";

  test("has one owner for each speaking role, and windows of its text with the character that follows", async () => {
    // ANN says "abc de fa", 9 characters: 7 windows of 2, of which ⌊0.5 · 7⌋ = 3 are trained on. Test windows begin
    // at 3 + 2 = 5. BEN says "bad": 1 window. CID's "a" is no longer than a window.
    const { name, classNames, train, test: held } = await (await sourceOf(play, { window: 2, testShare: 0.5 })).load();
    const letters = " abcdef";
    expect(name).toBe("shakespeare");
    expect(classNames).toEqual(['" "', "a", "b", "c", "d", "e", "f"]);
    expect(train).toMatchObject({ count: 4, shape: [2], scale: 1, classes: 7, owners: { names: ["ANN", "BEN"] } });
    expect(inLetters(train, letters)).toEqual(["ab>c ANN", "bc>  ANN", "c >d ANN", "ba>d BEN"]);
    expect(inLetters(held, letters)).toEqual(["e >f ANN", " f>a ANN"]);
    expect(train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("leaves out windows by the stride", async () => {
    const { train } = await (await sourceOf(play, { window: 2, stride: 2, testShare: 0.5 })).load();
    expect(inLetters(train, " abcdef")).toEqual(["ab>c ANN", "c >d ANN", "ba>d BEN"]);
  });

  test("reads lines that end as on any system", async () => {
    const load = async (text: string): Promise<Dataset> => (await sourceOf(text, { window: 2, testShare: 0.5 })).load();
    expect(await load(play.replaceAll("\n", "\r\n"))).toEqual(await load(play));
  });

  test("takes every window of a role at most once, and holds out none that shares a character with those to train on", async () => {
    const text = `X:\n${Array.from({ length: 200 }, (_, i) => String.fromCodePoint(65 + (i % 58))).join("")}\n`;
    const { train, test: held } = await (await sourceOf(text, { window: 10, testShare: 0.3 })).load();
    // 190 windows, ⌊0.7 · 190⌋ = 133 to train on, the last with the label 132 + 10; test windows begin at 143: 47 of them.
    expect([train.count, held.count]).toEqual([133, 47]);
    expect([train.spans?.length, train.spans?.starts.at(-1), held.spans?.starts[0]]).toEqual([11, 132, 143]);
  });

  test("lets a client of each role hold out windows that share no character with those that it trains on", async () => {
    const said = (seed: number, length: number): string =>
      Array.from({ length }, (_, i) => String.fromCodePoint(97 + ((i * i + seed * i) % 23))).join("");
    const three = [said(1, 150), said(2, 90), said(3, 40)].map((text, role) => `ROLE ${role}:\n${text}\n`).join("\n");
    const { train: examples } = await (await sourceOf(three, { window: 8, testShare: 0.1 })).load();
    const { clients } = byKey({ clients: 3, testShare: 0.3 }).split({ examples, key: rootKey(1) });
    const charactersOf = (rows: Uint32Array): readonly number[] =>
      [...rows].flatMap((row) => Array.from({ length: 9 }, (_, at) => (examples.spans?.starts[row] ?? 0) + at));
    // of 142, 82 and 32 windows 127, 73 and 28 are trained on: 38, 22 and 8 held out, each but for the first 8
    expect(clients.map(({ train, test: held }) => [train.length, held.length])).toEqual([
      [89, 30],
      [51, 14],
      [20, 0],
    ]);
    for (const { train, test: held } of clients) {
      expect(Math.min(...charactersOf(held))).toBeGreaterThan(Math.max(...charactersOf(train)));
    }
  });

  test("gives every role all that it says, in order, whoever speaks in between", () => {
    const speech = fc.record({
      name: fc.constantFrom("ANN", "Ben", "THIRD CITIZEN"),
      lines: fc.array(fc.stringMatching(/^[a-z]{1,5}( [a-z]{1,5})?$/u), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(speech, { maxLength: 8 }), (speeches) => {
        const text = speeches.map(({ name, lines }) => `${name}:\n${lines.join("\n")}\n`).join("\n");
        const said = Map.groupBy(speeches, ({ name }) => name.toUpperCase());
        const expected = Array.from(said, ([name, own]) => ({
          name,
          text: own.flatMap(({ lines }) => lines).join(" "),
        }));
        expect(rolesOf(text, "FILE")).toEqual(expected);
      }),
    );
  });

  test.each([
    ["no speaker", "Ann:\na\n\nWhat is this\n", "file-corrupt", "line 4 begins a speech, but is no speaker"],
    ["no text", "", "file-corrupt", "it is empty"],
    ["too little text", "Ann:\nabc\n", "data-invalid", "no role says enough for windows of 80 characters"],
    [
      "too many characters",
      `Ann:\n${Array.from({ length: 600 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("")}\n`,
      "data-invalid",
      "there are 600 different characters, and 256 classes are the most",
    ],
    ["bytes that are no text", Uint8Array.of(65, 58, 10, 0xff, 10), "file-corrupt", "line 2 is not UTF-8"],
  ])("refuses a file with %s", async (_, text, code, message) => {
    const fault = await faultOf(text);
    expect(fault.code).toBe(code);
    expect(fault.message).toContain("plays.txt: ");
    expect(fault.message).toContain(message);
  });

  test("says which file is missing", async () => {
    const fault = await loadFault(shakespeare({ file: "nowhere.txt" }));
    expect(fault).toMatchObject({
      code: "file-missing",
      message: expect.stringContaining("nowhere.txt cannot be read"),
    });
  });
});

const real = published("shakespeare/input.txt");

test.skipIf(real.isMissing)(`the published plays have roles by name and the usual characters${real.word}`, async () => {
  const { train, test: held } = await shakespeare({ file: real.path, stride: 40 }).load();
  expect(train.owners?.names).toEqual(expect.arrayContaining(["ROMEO", "JULIET", "FIRST CITIZEN"]));
  expect(train.classes).toBe(64); // the 65 of the file without the line end
  expect(train.count).toBeGreaterThan(3 * held.count);
});
