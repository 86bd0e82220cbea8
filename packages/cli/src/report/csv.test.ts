import { expect, test } from "vitest";
import { csvLink, csvText } from "./csv.ts";

const data = {
  name: "accuracy",
  columns: ["arm", "mean"],
  rows: [
    ['a "b", c', 0.1],
    ["d", null],
  ],
} as const;

test("texts with commas and quotes are quoted, what is missing is empty", () => {
  expect(csvText(data)).toBe('arm,mean\r\n"a ""b"", c",0.1\r\nd,\r\n');
});

test("the link holds the whole file", () => {
  const [, address = ""] = /href="data:text\/csv;charset=utf-8,([^"]*)"/.exec(csvLink(data).markup) ?? [];
  expect(decodeURIComponent(address)).toBe(csvText(data));
});
