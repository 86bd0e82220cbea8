import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJson } from "./json-text.ts";

/** What is said to be wrong with a text, or null. */
function problemOf(text: string): string | null {
  const reading = readJson(text);
  return reading.kind === "problem" ? reading.what : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("a JSON text is read as the parser reads it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(readJson(text)).toEqual({ kind: "value", value: JSON.parse(text) });
    }),
  );
});

test("whatever is no JSON is refused with a line and a column, and nothing else is", () => {
  const letters = fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ \n\t01.-eEtrue'.split("")), maxLength: 12 });
  const mangled = fc.tuple(fc.jsonValue(), fc.nat(), fc.nat({ max: 3 }), letters).map(([value, at, less, more]) => {
    const text = JSON.stringify(value);
    return text.slice(0, at % text.length) + more.slice(0, 2) + text.slice((at % text.length) + less);
  });
  fc.assert(
    fc.property(fc.oneof(letters, mangled), (text) => {
      const problem = problemOf(text);
      if (isJson(text)) expect(problem ?? "").not.toContain("not JSON");
      else expect(problem).toMatch(/^it is not JSON: .* stands where .* should \(line \d+ column \d+\)$/su);
    }),
    { numRuns: 1000 },
  );
});

test("a text that is cut off is refused at its end", () => {
  const word = fc.stringMatching(/^[a-z]{1,4}$/u);
  fc.assert(
    fc.property(fc.dictionary(word, fc.array(word), { minKeys: 1 }), fc.nat(), (value, at) => {
      const text = JSON.stringify(value);
      const end = 1 + (at % (text.length - 1));
      expect(problemOf(text.slice(0, end))).toMatch(
        new RegExp(`^it is not JSON: the end .*line 1 column ${end + 1}\\)$`),
      );
    }),
  );
});

describe("the place is named of", () => {
  test.each([
    ["", "the end stands where a value should (line 1 column 1)"],
    ['{\n "a": 1,\n}', '"}" stands where a name in double quotes should (line 3 column 1)'],
    ["[1,\n 2\n 3]", '"3" stands where a "," or the end of what is open should (line 3 column 2)'],
    ["[1, ]", '"]" stands where a value should (line 1 column 5)'],
    ["{ a: 1 }", '"a" stands where a name in double quotes or "}" should (line 1 column 3)'],
    ['{ "a" 1 }', '"1" stands where a ":" should (line 1 column 7)'],
    ['{ "a": NaN }', '"N" stands where a value should (line 1 column 8)'],
    ["[01]", '"1" stands where a "," or the end of what is open should (line 1 column 3)'],
    ['["a\nb"]', String.raw`"\n" stands where the rest of a text in double quotes should (line 1 column 4)`],
    [String.raw`["a\x"]`, String.raw`"\\" stands where the rest of a text in double quotes should (line 1 column 4)`],
    ["{} {}", '"{" stands where nothing more should (line 1 column 4)'],
    ["[}", '"}" stands where a value or "]" should (line 1 column 2)'],
    ['{"a": [1}', '"}" stands where a "," or the end of what is open should (line 1 column 9)'],
    ["[😀]", '"😀" stands where a value or "]" should (line 1 column 2)'],
  ])("%j", (text, what) => {
    expect(problemOf(text)).toBe(`it is not JSON: ${what}`);
  });
});

describe("a field that an object has twice", () => {
  test.each([
    ['{"a": 1,\n "a": 2}', '"a"', "line 2 column 2"],
    ['{"a": {"b": 1, "c": [{"d": "b"}], "b": 2}}', '"b"', "line 1 column 35"],
    [String.raw`{"a": 1, "\u0061": 2}`, String.raw`"\u0061"`, "line 1 column 10"],
    ['[{"a": "a"}, {"a": 1, "a" : 2}]', '"a"', "line 1 column 23"],
    ['{"__proto__": 1, "__proto__": 2}', '"__proto__"', "line 1 column 18"],
  ])("is refused in %j", (text, name, place) => {
    expect(problemOf(text)).toBe(`the field ${name} is given twice in one object (${place})`);
  });

  test("is not one that another object has, nor a text", () => {
    expect(problemOf(String.raw`{"a": {"a": ["a", "a:", "{", "\"a\":"]}, "b": [{"a": 1}, {"a": 2}]}`)).toBeNull();
  });
});
