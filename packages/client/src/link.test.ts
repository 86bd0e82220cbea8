import { expect, test } from "vitest";
import { linkIn } from "./link.ts";

test.each([
  ["http://127.0.0.1:8080", "http://127.0.0.1:8080", ""],
  ["http://127.0.0.1:8080/", "http://127.0.0.1:8080", ""],
  ["https://train.example/#token=a.b.c", "https://train.example", "a.b.c"],
  ["https://train.example/join#token=a%2Bb", "https://train.example", "a+b"],
  ["https://example.com/potluck/join/#x=1&token=t", "https://example.com/potluck", "t"],
])("%s leads to %s with the token %j", (link, url, token) => {
  expect(linkIn(link)).toEqual({ url, token, run: "" });
});

test("a link may say which run", () => {
  expect(linkIn("http://127.0.0.1:8080/join#token=t&run=a%20b")).toMatchObject({ token: "t", run: "a b" });
  expect(linkIn("http://127.0.0.1:8080/#run=x")).toEqual({ url: "http://127.0.0.1:8080", token: "", run: "x" });
});

test.each(["", "train.example", "ftp://train.example", "javascript:1"])("%j is no link", (link) => {
  expect(() => linkIn(link)).toThrow("no address of a coordinator");
});
