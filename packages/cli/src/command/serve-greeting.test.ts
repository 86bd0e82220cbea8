import { expect, test } from "vitest";
import { farewell, greeting } from "./serve-greeting.ts";

const view = { ended: null, isPaused: false, status: { started: null } };
const run = { record: { id: "b", name: "second" }, view, startClients: 2 };
const site = { url: "http://127.0.0.1:8080", link: "http://127.0.0.1:8080/#token=t", keyFile: "folder/admin-key" };
const local = { host: "127.0.0.1" };

test("a coordinator says how devices join, and who looks after it", () => {
  expect(greeting({ ...site, runs: new Map([["b", run]]) }, run, local)).toBe(`\
Devices join with: npx potluck join "http://127.0.0.1:8080/#token=t"
or in a browser: http://127.0.0.1:8080/join#token=t
The run begins once 2 devices are there.
Look after it with: npx potluck status http://127.0.0.1:8080 --key-file folder/admin-key`);
});

test("where another run has not ended, the link says which is meant, and how the other one is ended", () => {
  const other = { ...run, record: { id: "a", name: "first" } };
  const over = { record: { id: "c", name: "third" }, view: { ...view, ended: { ending: null } }, startClients: 2 };
  const runs = new Map([other, run, over].map((one) => [one.record.id, one]));
  const text = greeting({ ...site, runs }, run, local);
  expect(text).toContain('join "http://127.0.0.1:8080/#token=t&run=b"');
  expect(text).toContain("http://127.0.0.1:8080/join#token=t&run=b\n");
  expect(text).toContain("npx potluck stop http://127.0.0.1:8080 --run a --key-file folder/admin-key");
  expect(text).not.toContain("third");
  const open = greeting({ ...site, link: site.url, runs }, run, { ...local, open: true });
  expect(open).toContain('join "http://127.0.0.1:8080/#run=b"');
});

test("one device is there, several are", () => {
  const alone = { ...run, startClients: 1 };
  const runs = new Map([["b", alone]]);
  expect(greeting({ ...site, runs }, alone, local)).toContain("The run begins once 1 device is there.");
});

test("a run that has begun, or is paused, is said to be that, also when its coordinator closes", () => {
  const begun = { ...run, view: { ...view, status: { started: 1 } } };
  const paused = { ...begun, view: { ...begun.view, isPaused: true } };
  const said = (one: typeof paused): string => greeting({ ...site, runs: new Map([["b", one]]) }, one, local);
  expect(said(begun)).toContain("The run has begun before, and goes on.");
  expect(said(begun)).not.toContain("once");
  expect(said(paused)).toContain("The run is paused: no task is given out.");
  expect(farewell(begun)).toBe("The run goes on when it is served again.");
  expect(farewell(paused)).toContain("stays paused");
});

test("what passes without encryption is said where others reach it", () => {
  const runs = new Map([["b", run]]);
  expect(greeting({ ...site, runs }, run, { host: "0.0.0.0" })).toContain("can be read on its way");
  expect(greeting({ ...site, runs }, run, { host: "0.0.0.0", tlsCert: "c.pem" })).not.toContain("on its way");
});
