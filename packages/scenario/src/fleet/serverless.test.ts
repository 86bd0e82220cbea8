import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootKey } from "@potluck/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { computeSecondsOf } from "./device.ts";
import { serverless } from "./serverless.ts";
import { parseTaskTimes, parseTimesByLoad, timesCsv } from "./task-times-text.ts";
import type { TraceForm } from "./trace-text.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-serverless-"));
});
afterAll(async () => rm(folder, { recursive: true }));

const seconds = [
  [1, 2, 3],
  [4, 5, 6],
];

/** A file of times in the temporary folder. */
async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test("client k takes the times of worker k, one for each of its tasks", async () => {
  const path = await file("times.json", JSON.stringify({ region: "Canada", rounds: 2, workers: 3, seconds }));
  const workers = await serverless({ file: path }).devices(4, rootKey(1));
  const times = workers.map((worker) =>
    [0, 1, 2].map((turn) => computeSecondsOf(worker, { flops: 1e12, turn }, rootKey(1))),
  );
  expect(times).toEqual([
    [1, 4, 1],
    [2, 5, 2],
    [3, 6, 3],
    [1, 4, 1],
  ]);
});

test("delays come before a task's own computing", async () => {
  const path = await file("delays.csv", "1,2,3\n4,5,6\n");
  const [, worker] = await serverless({ file: path, times: "delay", flopsPerSecond: 1e9 }).devices(3, rootKey(1));
  // 5 s in the second round, and 3e9 operations at 1e9 a second
  expect(worker && computeSecondsOf(worker, { flops: 3e9, turn: 1 }, rootKey(1))).toBe(8);
});

describe("a file of times", () => {
  const parse = (form: TraceForm, text: string): unknown => parseTaskTimes({ path: `times.${form}`, text }, form);

  test("says at which load rounds were recorded, and is written and read back alike", () => {
    const byLoad = (text: string): unknown => parseTimesByLoad({ path: "times.csv", text }, "csv");
    const recorded = [
      { load: 0.5, seconds: [Float64Array.of(1, 2), Float64Array.of(3, 4.25)] },
      { load: 0.125, seconds: [Float64Array.of(0.5), Float64Array.of(0.000001)] },
    ];
    expect(timesCsv(recorded)).toBe("load,worker 0,worker 1\n0.5,1,3\n0.5,2,4.25\n0.125,0.5,0.000001\n");
    expect(byLoad(timesCsv(recorded))).toEqual(recorded);
    expect(byLoad("1,2\n")).toEqual([{ load: null, seconds: [Float64Array.of(1), Float64Array.of(2)] }]);
    // A fleet takes times of one load as they are.
    expect(parse("csv", "load,a,b,c\n0.5,1,2,3\n0.5,4,5,6\n")).toEqual(parse("csv", "1,2,3\n4,5,6\n"));
  });

  test("is read alike in both forms", () => {
    expect(parse("csv", "1,2,3\n4,5,6\n")).toEqual(parse("json", JSON.stringify({ seconds })));
  });

  test.each<[TraceForm, string, string]>([
    ["csv", "", "times.csv: it holds no times"],
    ["csv", "1,2\n3\n", "times.csv: line 2: it has 1 times, but 2 workers have one in the first round"],
    ["csv", "1,2\n3,x\n", 'times.csv: line 2: time 2 of 2 must be a number ≥ 0 (seconds), got "x"'],
    ["csv", "1,-2\n", "times.csv: line 1: time 2 of 2 must be a number ≥ 0 (seconds), got -2"],
    ["json", "[1]", "times.json: it is not an object with a table of seconds"],
    ["json", '{"seconds":[]}', "times.json: it holds no times"],
    ["json", '{"seconds":[[]]}', "times.json: it holds no times"],
    ["json", '{"seconds":[[1],2]}', "times.json: seconds[1] (line 1): it is not a list"],
    [
      "json",
      '{"seconds":[[1],[null]]}',
      "times.json: seconds[1] (line 1): time 1 of 1 must be a number ≥ 0 (seconds), got null",
    ],
    ["json", '{"rounds":30,"seconds":[[1]]}', "times.json: rounds is 30, but seconds has 1"],
    ["json", '{"workers":2,"seconds":[[1]]}', "times.json: workers is 2, but seconds has 1"],
    [
      "json",
      '{"normalised_load":2,"seconds":[[1]]}',
      "times.json: normalised_load must be a number from 0 to 1, got 2",
    ],
    ["csv", "load,a\n", "times.csv: it holds no times"],
    ["csv", "load,a\nx,1\n", 'times.csv: line 2: load must be a number from 0 to 1, got "x"'],
    [
      "csv",
      "load,a\n1,1\n0.5,1\n",
      "times.csv: its rounds were recorded at several loads, and a fleet has times of one",
    ],
  ])("in %s that is %j is refused with the place", (form, text, message) => {
    expect(() => parse(form, text)).toThrow(
      expect.objectContaining({ code: "file-corrupt", message: expect.stringContaining(message) }),
    );
  });
});

test("a file of another kind, or that is not there, is refused", async () => {
  expect(() => serverless({ file: "times.pkl" })).toThrow('fleet "serverless": file must end in .csv or .json');
  await expect(serverless({ file: join(folder, "none.json") }).devices(1, rootKey(1))).rejects.toMatchObject({
    code: "file-missing",
  });
});
