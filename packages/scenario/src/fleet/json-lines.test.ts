import fc from "fast-check";
import { expect, test } from "vitest";
import { entryLine } from "./json-lines.ts";

test("each entry of a list is found on the line on which it was written", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
      fc.array(fc.jsonValue(), { maxLength: 5 }),
      (rest, list) => {
        const before = JSON.stringify({ ...rest, list: 0 }, null, 1)
          .split("\n")
          .slice(0, -2);
        const body = list.flatMap((entry, at) =>
          `${JSON.stringify(entry, null, 2)}${at < list.length - 1 ? "," : ""}`.split("\n"),
        );
        const text = [...before, '"list": [', ...body, "]}"].join("\n");
        fc.pre(!("list" in rest));
        let line = before.length + 2;
        for (const [at, entry] of list.entries()) {
          expect(entryLine(text, "list", at)).toBe(line);
          line += JSON.stringify(entry, null, 2).split("\n").length;
        }
      },
    ),
  );
});

test("a list of the same name further inside, or in a text, is not the one", () => {
  const text = '{ "a": { "list": [1,\n2] }, "b": "\\"list\\": [",\n"list": [[3],\n{"list": [4]}] }';
  expect([0, 1].map((at) => entryLine(text, "list", at))).toEqual([3, 4]);
});

test("of a field that is there twice the last counts", () => {
  expect(entryLine('{"list": [1],\n"list": [2]}', "list", 0)).toBe(2);
});
