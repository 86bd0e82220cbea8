import { expect, test } from "vitest";
import { openLog } from "./log.ts";

function written(format: "json" | "text", level: "info" | "warn" = "info"): string {
  let text = "";
  const log = openLog({ level, format, write: (line) => (text += line) });
  log.info({ run: "digits", client: 3 }, "a device is there");
  log.error({ err: new Error("no room") }, "a request failed");
  log.debug({}, "not told");
  return text;
}

test("events are lines of JSON with their fields", () => {
  const [first = "", second = "", rest] = written("json").split("\n");
  expect(JSON.parse(first)).toMatchObject({ level: "info", msg: "a device is there", run: "digits", client: 3 });
  expect(JSON.parse(second)).toMatchObject({ level: "error", err: { message: "no room" } });
  expect(rest).toBe("");
});

test("or lines of text", () => {
  expect(written("text")).toMatch(/^\d\d:\d\d:\d\d info a device is there run=digits client=3\n/);
});

test("as many as the level says", () => {
  expect(written("json", "warn").split("\n")).toHaveLength(2);
});
