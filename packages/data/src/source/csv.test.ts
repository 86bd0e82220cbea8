import { join } from "node:path";
import { type Dataset, type Examples, Fault } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { csv, type CsvOptions } from "./csv.ts";
import { parseTable } from "./csv-format.ts";
import { folders, loadFault } from "./sample-files.ts";

const folderOf = folders();

type Given = Partial<Omit<CsvOptions, "file">>;

async function sourceOf(text: string, options: Given = {}) {
  return csv({ file: join(await folderOf({ "table.csv": text }), "table.csv"), target: "y", ...options });
}

async function loaded(text: string, options: Given = {}): Promise<Dataset> {
  return (await sourceOf(text, options)).load();
}

async function faultOf(text: string, options: Given = {}): Promise<Fault> {
  return loadFault(await sourceOf(text, options));
}

/** Features and label of every row, held-out ones last: "1 0 2 > 0". */
function shown(parts: readonly Examples[]): readonly string[] {
  return parts.flatMap(({ count, features, labels, shape: [width = 0] }) =>
    Array.from(
      { length: count },
      (_, row) => `${[...features.subarray(row * width, (row + 1) * width)].join(" ")} > ${labels[row]}`,
    ),
  );
}

const table = "age,town,y\n30,Bonn,yes\n40.5,Aachen,no\n-2e1,Bonn,no\n";

describe("the source csv", () => {
  test("keeps numbers, makes one feature of each category, and numbers the classes", async () => {
    const { name, classNames, train, test: held } = await loaded(table, { scaling: "none" });
    expect(name).toBe("table");
    expect(classNames).toEqual(["no", "yes"]);
    expect([train.count, held.count]).toEqual([2, 1]); // 0.6 rows, and at least one
    expect(train).toMatchObject({ shape: [3], scale: 1, classes: 2 });
    // age, Aachen, Bonn; no is class 0, yes is 1
    expect(shown([train, held]).toSorted()).toEqual(["-20 0 1 > 0", "30 0 1 > 1", "40.5 1 0 > 0"]);
    expect(train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("gives columns of numbers mean 0 and deviation 1 over what is trained on, held-out rows by the same measure", async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i * i},7,${i % 3}`).join("\n");
    const [raw, scaled] = [await loaded(`x,same,y\n${rows}`, { scaling: "none" }), await loaded(`x,same,y\n${rows}`)];
    const xs = [...raw.train.features].filter((_, i) => i % 2 === 0);
    const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
    const deviation = Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length);
    for (const which of ["train", "test"] as const) {
      raw[which].features.forEach((x, i) => {
        const expected = i % 2 === 0 ? (x - mean) / deviation : 0; // a column that is always 7 becomes 0
        expect(scaled[which].features[i]).toBeCloseTo(expected, 5);
      });
    }
  });

  test("holds the same share of rows out for the same seed, each row in one part and in the order of the table", async () => {
    const text = `x,y\n${Array.from({ length: 40 }, (_, i) => `${i},${i % 2}`).join("\n")}`;
    const rowsOf = async (seed: number): Promise<readonly (readonly number[])[]> => {
      const { train, test: held } = await loaded(text, { scaling: "none", testShare: 0.3, seed });
      return [[...train.features], [...held.features]];
    };
    const [train = [], held = []] = await rowsOf(1);
    expect(held).toHaveLength(12);
    expect([...train, ...held].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect([train, held]).toEqual([train.toSorted((a, b) => a - b), held.toSorted((a, b) => a - b)]);
    expect(await rowsOf(1)).toEqual([train, held]);
    expect(await rowsOf(2)).not.toEqual([train, held]);
  });

  test("uses columns as it is told: numbers as categories, one as key, and some not at all", async () => {
    const text = "id,who,zip,y\n,Ann,2,1\n?,Ben,3,1.0\n9,Ann,2,10\n9,Cid,2,9\n";
    const columns = [
      { name: "id", as: "ignored" },
      { name: "who", as: "key" },
      { name: "zip", as: "category" },
    ] as const;
    const { train, test: held } = await loaded(text, { columns });
    expect(shown([train, held]).toSorted()).toEqual(["0 1 > 0", "1 0 > 0", "1 0 > 1", "1 0 > 2"]); // 1, 9, 10
    expect(train.owners?.names).toEqual(["Ann", "Ben", "Cid"]);
    const owners = [...(train.owners?.ofRow ?? []), ...(held.owners?.ofRow ?? [])];
    expect(owners.toSorted((a, b) => a - b)).toEqual([0, 0, 1, 2]);
  });

  test("keeps a number to predict as it is, or scales it by what is trained on", async () => {
    const text = `x,who,y\n${Array.from({ length: 20 }, (_, i) => `${i},${i % 4},${i * i - 3.5}`).join("\n")}`;
    const columns = [{ name: "who", as: "key" }] as const;
    const given = { targetAs: "number", columns } as const;
    const { train, test: held } = await loaded(text, { ...given, scaling: "none" });
    expect([train.labels.length, train.classes, train.shape]).toEqual([0, 0, [1]]);
    expect(train.targets?.shape).toEqual([1]);
    const [raw = [], rawHeld = []] = [train, held].map(({ targets }) => [...(targets?.values ?? [])]);
    expect(raw).toEqual([...train.features].map((x) => x * x - 3.5));
    const mean = raw.reduce((sum, y) => sum + y, 0) / raw.length;
    const deviation = Math.sqrt(raw.reduce((sum, y) => sum + (y - mean) ** 2, 0) / raw.length);
    const scaled = await loaded(text, given);
    for (const [i, y] of rawHeld.entries()) {
      expect(scaled.test.targets?.values[i]).toBeCloseTo((y - mean) / deviation, 5);
    }
    expect(scaled.train.targets?.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(scaled.train.owners).toEqual(train.owners);
    expect([csv({ file: "t", target: "y" }).targetKind, csv({ file: "t", target: "y", ...given }).targetKind]).toEqual([
      "classes",
      "numbers",
    ]);
  });

  test("reads other separators", async () => {
    const plain = await loaded(table);
    for (const [separator, sign] of [
      ["semicolon", ";"],
      ["bar", "|"],
      ["tab", "\t"],
    ] as const) {
      expect(await loaded(table.replaceAll(",", sign), { separator })).toEqual(plain);
    }
  });

  test.each<[string, string, Given, string, string]>([
    ["a missing value", "x,y\n1,a\n,b\n", {}, "file-corrupt", 'line 3, column "x": the value is missing'],
    ["a value that says so", "x,y\n1,a\nN/A,b\n", {}, "file-corrupt", 'column "x": the value is missing ("N/A")'],
    ["a missing target", "x,y\n1,\n2,b\n", {}, "file-corrupt", 'line 2, column "y": the value is missing'],
    [
      "a word among numbers",
      "x,y\n1,a\ntwo,b\n",
      { columns: [{ name: "x", as: "number" }] },
      "file-corrupt",
      'line 3, column "x": "two" is no number',
    ],
    [
      "a number beyond 32-bit floats",
      "x,y\n1,a\n1e39,b\n",
      { columns: [{ name: "x", as: "number" }] },
      "file-corrupt",
      'line 3, column "x": "1e39" is too large for a 32-bit float',
    ],
    [
      "a number beyond 32-bit floats in a column whose values decide, and makes no categories of it",
      "x,y\n1,a\n2,b\n-1e300,b\n",
      {},
      "file-corrupt",
      'line 4, column "x": "-1e300" is too large for a 32-bit float',
    ],
    [
      "a number beyond 32-bit floats to predict",
      "x,y\n1,2\n2,1e39\n",
      { targetAs: "number" },
      "file-corrupt",
      'line 3, column "y": "1e39" is too large for a 32-bit float',
    ],
    ["a short row", "x,y\n1,a\n2\n", {}, "file-corrupt", "line 3 has 1 fields, and the header has 2"],
    ["a long row", "x,y\n1,a\n\n2,b,c\n", {}, "file-corrupt", "line 4 has 3 fields"],
    ["no rows", "x,y\n", {}, "file-corrupt", "it has a header, but no rows"],
    ["no header", "\n\n", {}, "file-corrupt", "it has no header"],
    ["columns of one name", "x,x,y\n1,2,a\n", {}, "file-corrupt", 'two columns are called "x"'],
    ["a column without a name", "x,,y\n1,2,a\n", {}, "file-corrupt", "column 2 has no name"],
    ["quotes that stay open", 'x,y\n1,"a\n2,b\n', {}, "file-corrupt", "line 2: a quoted field does not end"],
    [
      "text behind quotes",
      'x,y\n1,a\n"2"3,b\n',
      {},
      "file-corrupt",
      'line 3, column 1: a quoted field is followed by "3"',
    ],
    ["another target", "x,y\n1,a\n2,b\n", { target: "z" }, "data-invalid", 'it has no column "z"'],
    [
      "a use for no column",
      "x,y\n1,a\n2,b\n",
      { columns: [{ name: "z", as: "key" }] },
      "data-invalid",
      'it has no column "z"',
    ],
    [
      "a use for the target",
      "x,y\n1,a\n2,b\n",
      { columns: [{ name: "y", as: "key" }] },
      "data-invalid",
      'the target "y" is used as something else',
    ],
    [
      "two uses of one column",
      "x,y\n1,a\n2,b\n",
      {
        columns: [
          { name: "x", as: "key" },
          { name: "x", as: "number" },
        ],
      },
      "data-invalid",
      'columns names "x" twice',
    ],
    [
      "two keys",
      "x,w,y\n1,2,a\n2,3,b\n",
      {
        columns: [
          { name: "x", as: "key" },
          { name: "w", as: "key" },
        ],
      },
      "data-invalid",
      "two columns are used as key",
    ],
    ["one class", "x,y\n1,a\n2,a\n", {}, "data-invalid", 'the target "y" has 1 different values'],
    [
      "a target of measurements",
      `x,y\n${Array.from({ length: 300 }, (_, i) => `1,${i / 7}`).join("\n")}`,
      {},
      "data-invalid",
      'the target "y" has 300 different values, and classes are 2 to 256',
    ],
    [
      "a word to predict as a number",
      "x,y\n1,2\n2,high\n",
      { targetAs: "number" },
      "file-corrupt",
      'line 3, column "y": "high" is no number',
    ],
    [
      "too many categories",
      `x,y\n1,a\n${Array.from({ length: 1001 }, (_, i) => `n${i},b`).join("\n")}`,
      {},
      "data-invalid",
      'column "x" has 1002 different values, and 1000 are the most; the first that is no number is "n0" on line 3',
    ],
    [
      "nothing to learn from",
      "x,y\n1,a\n2,b\n",
      { columns: [{ name: "x", as: "ignored" }] },
      "data-invalid",
      'no column is left to tell "y" from',
    ],
    ["an empty file", "", {}, "file-corrupt", "it is empty"],
  ])("refuses %s, and names the place", async (...[, text, options, code, message]) => {
    const fault = await faultOf(text, options);
    expect(fault.code).toBe(code);
    expect(fault.message).toContain("table.csv: ");
    expect(fault.message).toContain(message);
  });

  test("refuses features that take more than 1 GiB before they are made", async () => {
    const wide = Array.from({ length: 300 }, (_, column) => `c${column}`).join();
    const row = (i: number): string => new Array<string>(300).fill(`n${i}`).join();
    const text = `${wide},y\n${Array.from({ length: 1000 }, (_, i) => `${row(i)},${i % 2}`).join("\n")}`;
    const fault = await faultOf(text);
    expect(fault.code).toBe("option-invalid");
    expect(fault.message).toContain("1200000000 bytes, and 1073741824 is the most");
  });

  test("refuses fields of columns that are misspelt, by their place", () => {
    const parsed = (): unknown => csv.parse({ file: "t", target: "y", columns: [{ name: "x", as: "numbre" }] });
    expect(parsed).toThrow('data "csv": columns[0]: as must be one of');
  });
});

describe("a table in text", () => {
  const field = fc.string({ unit: fc.constantFrom("a", "b", " ", ",", '"', "\n", "é"), maxLength: 6 });
  const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;

  test("is what was written, whatever the fields hold, if they are quoted", () => {
    const rows = fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows, fc.boolean(), (given, endsOpen) => {
        const lines = given.map((row) => row.map(quoted).join(","));
        const read = parseTable(`a,b,c\n${lines.join("\n")}${endsOpen ? "" : "\n"}`, ",", "FILE");
        expect(read.rows.map(({ fields }) => fields)).toEqual(given);
        const linesBefore = given.map((_, at) => given.slice(0, at).flat().join("").split("\n").length - 1);
        expect(read.rows.map(({ line }) => line)).toEqual(given.map((_, at) => 2 + at + (linesBefore[at] ?? 0)));
      }),
    );
  });

  test("does not count white space around fields, nor empty lines", () => {
    const { header, rows } = parseTable(' \n a , b\n\n1 , " 2 " \n', ",", "FILE");
    expect(header).toEqual(["a", "b"]);
    expect(rows).toEqual([{ line: 4, fields: ["1", " 2 "] }]);
    expect(parseTable("a\tb\n\t2\n", "\t", "FILE").rows).toEqual([{ line: 2, fields: ["", "2"] }]);
  });

  test("of any characters is read or refused with a Fault, never anything else", () => {
    const unit = fc.constantFrom("a", "b", " ", ",", '"', "\n");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
        try {
          const { header, rows } = parseTable(text, ",", "FILE");
          for (const { fields } of rows) expect(fields).toHaveLength(header.length);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});
