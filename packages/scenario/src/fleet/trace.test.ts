import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OptionSpec, range, rootKey } from "@potluck/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Availability } from "./availability.ts";
import type { Device, TaskTimes } from "./device.ts";
import { mobile } from "./mobile.ts";
import { parseDevices, writeDevices } from "./trace-devices.ts";
import { traceFields } from "./trace-fields.ts";
import { trace } from "./trace.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-trace-"));
});
afterAll(async () => rm(folder, { recursive: true }));

const csv = (text: string): readonly Device[] => parseDevices({ path: "fleet.csv", text }, "csv");
const json = (content: unknown): readonly Device[] =>
  parseDevices({ path: "fleet.json", text: JSON.stringify(content) }, "json");

const positive = fc.double({ min: 1, max: 1e15, noNaN: true });
const moment = fc.double({ min: 1e-3, max: 3e7, noNaN: true });
const records = fc.array(moment, { minLength: 1, maxLength: 5 }).map((seconds) => Float64Array.from(seconds));
const times: fc.Arbitrary<TaskTimes> = fc.oneof(
  fc.record({ kind: fc.constantFrom("whole" as const, "delay" as const), seconds: records }),
  fc.record({ kind: fc.constant("slowdown" as const), factors: records.map((all) => all.map((one) => one + 0.5)) }),
);
const toggles = fc
  .uniqueArray(fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 6 })
  .map((instants) =>
    Float64Array.from(instants.map((instant) => instant + 0).slice(0, 2 * (instants.length >> 1))).sort(),
  );
const availability: fc.Arbitrary<Availability> = fc.oneof(
  fc.constant({ kind: "always" as const }),
  fc.record({ kind: fc.constant("on-off" as const), meanOnlineSeconds: moment, meanOfflineSeconds: moment }),
  fc.constant({ kind: "trace" as const, toggles: new Float64Array(0), periodSeconds: null }),
  fc.record({ kind: fc.constant("trace" as const), toggles, periodSeconds: fc.constantFrom(null, 1e6, 2.5e6) }),
  fc.record({
    kind: fc.constant("diurnal" as const),
    hourlyShares: fc
      .array(fc.double({ min: 0.001, max: 0.999, noNaN: true }), { minLength: 24, maxLength: 24 })
      .map((shares) => Float64Array.from(shares)),
    utcOffsetSeconds: fc.integer({ min: -720, max: 840 }).map((minutes) => 60 * minutes),
    mixingSeconds: moment,
  }),
);
const anyDevice: fc.Arbitrary<Device> = fc.record({
  tier: fc.string({ minLength: 1, unit: "binary" }).filter((tier) => !/[\r\n]/u.test(tier)),
  flopsPerSecond: positive,
  memoryBytes: fc.option(positive),
  uploadBytesPerSecond: positive,
  downloadBytesPerSecond: positive,
  latencySeconds: fc.double({ min: 0, max: 86_400, noNaN: true }).map((latency) => latency + 0),
  latencyJitter: fc.constantFrom(0, 0.5, 3),
  computeNoise: fc.constantFrom(0, 0.1),
  taskTimes: fc.option(times),
  failureRate: fc.constantFrom(0, 0.25),
  dropoutRate: fc.constantFrom(0, 0.125),
  restartSeconds: fc.constantFrom(60, 5.5),
  availability,
});

describe("devices that were written", () => {
  test.each(["csv", "json"] as const)("as %s are read again, to the last bit", (form) => {
    fc.assert(
      fc.property(fc.array(anyDevice, { minLength: 1, maxLength: 4 }), (devices) => {
        const text = writeDevices(devices, form);
        expect(parseDevices({ path: `fleet.${form}`, text }, form)).toEqual(devices);
      }),
      { numRuns: 60 },
    );
  });

  test("of a preset are a fleet again", async () => {
    const phones = await mobile().devices(5, rootKey(1));
    const file = join(folder, "phones.csv");
    await writeFile(file, writeDevices(phones, "csv"));
    expect(await trace({ file }).devices(5, rootKey(2))).toEqual(phones);
  });
});

test("client k has the k-th device, and after the last they begin again", async () => {
  const file = join(folder, "three.csv");
  const header = "tier,flopsPerSecond,uploadBytesPerSecond,downloadBytesPerSecond";
  await writeFile(file, `${header}\na,1,1,1\nb,2,2,2\nc,3,3,3\n`);
  const tiers = async (seed: number, options = {}): Promise<string> =>
    (await trace({ file, ...options }).devices(7, rootKey(seed))).map(({ tier }) => tier).join("");
  expect(await tiers(1)).toBe("abcabca");
  const orders = await Promise.all([1, 2, 3, 4, 5].map(async (seed) => tiers(seed, { order: "random" })));
  expect(orders[0]).toBe(await tiers(1, { order: "random" }));
  expect(new Set(orders).size).toBeGreaterThan(1);
  for (const order of orders) expect(order.slice(0, 3).split("").toSorted().join("")).toBe("abc");
});

test("rows that are alike are one device", () => {
  const header = "flopsPerSecond,uploadBytesPerSecond,downloadBytesPerSecond,toggleSeconds";
  const devices = csv(`${header}\n1,1,1,0 5\n1,1,1,0 5\n2,1,1,0 5\n`);
  expect(devices[0]).toBe(devices[1]);
  expect(new Set(devices).size).toBe(2);
});

describe("a device that requires", () => {
  const columns = "toggleSeconds,periodSeconds,requires,chargingSeconds,unmeteredSeconds";
  const availabilityOf = (cells: string): Availability | undefined =>
    csv(`flopsPerSecond,uploadBytesPerSecond,downloadBytesPerSecond,${columns}\n1,1,1,${cells}\n`)[0]?.availability;
  const recorded = (periodSeconds: number | null, ...instants: readonly number[]): Availability => ({
    kind: "trace",
    toggles: Float64Array.from(instants),
    periodSeconds,
  });

  test.each<[string, string, Availability]>([
    ["its charger takes part only while it is on it", "10 50,,charging,0 20 40 60,", recorded(null, 10, 20, 40, 50)],
    [
      "both takes part only while it has both",
      "10 50,,charging unmetered,0 20 30 60,15 35",
      recorded(null, 15, 20, 30, 35),
    ],
    ["something and is always available takes part while it has that", ",,unmetered,,5 8", recorded(null, 5, 8)],
    ["something has the period of all", "0 50,100,charging,40 100,", recorded(100, 40, 50)],
    ["what it never has while it is available never takes part", "0 50,100,charging,50 100,", recorded(null)],
    ["nothing takes part whatever is recorded beside", "0 50,100,,50 100,1 2", recorded(100, 0, 50)],
    ["nothing and is always available is always online", ",100,,50 100,", { kind: "always" }],
  ])("%s", (_, cells, expected) => {
    expect(availabilityOf(cells)).toEqual(expected);
  });
});

describe("a CSV file", () => {
  const header = "flopsPerSecond,uploadBytesPerSecond,downloadBytesPerSecond,latencySeconds,toggleSeconds";
  test.each<[string, string, string]>([
    ["", "fleet.csv: it holds no device", "Describe at least one device."],
    [header, "fleet.csv: it holds no device", "Describe at least one device."],
    ["speed\n1", 'fleet.csv: line 1: there is no field "speed"', "The fields are tier, flopsPerSecond,"],
    ["tier,tier\na,b", 'fleet.csv: line 1: the column "tier" is there twice', "Leave one of the two out."],
    [
      `# mine\n${header}\n1,1,1,0,\n1,1,1\n`,
      "fleet.csv: line 4: it has 3 cells, but line 2 names 5 columns",
      "Give one cell for each column",
    ],
    [`${header}\n1,1,1,,\n1,,1,,\n`, "fleet.csv: line 3: uploadBytesPerSecond is missing", "number ≥ 1"],
    [
      `${header}\n1,1,1,-1,\n`,
      "fleet.csv: line 2: latencySeconds must be a number ≥ 0 and ≤ 86400 (seconds), got -1",
      "Change latencySeconds.",
    ],
    [
      `${header}\n1,1,1,fast,\n`,
      'fleet.csv: line 2: latencySeconds must be a number ≥ 0 and ≤ 86400 (seconds), got "fast"',
      "",
    ],
    [`${header}\n1,1,1,0,3 x 5\n`, 'fleet.csv: line 2: toggleSeconds[1] must be a number ≥ 0 (seconds), got "x"', ""],
    [
      `${header}\n1,1,1,0,3 5 4\n`,
      "fleet.csv: line 2: toggleSeconds[2] is 4, but the one before is 5",
      "Give the instants in ascending order, each once.",
    ],
  ])("%j is refused with its line and column", (text, message, remedy) => {
    expect(() => csv(text)).toThrow(
      expect.objectContaining({
        code: "file-corrupt",
        message: expect.stringContaining(message),
        remedy: expect.stringContaining(remedy),
      }),
    );
  });
});

describe("a JSON file", () => {
  const device = { flopsPerSecond: 1, uploadBytesPerSecond: 1, downloadBytesPerSecond: 1 };
  test.each<[unknown, string]>([
    [[], "fleet.json: it is not an object with a list of devices"],
    [{ devices: {} }, "fleet.json: it is not an object with a list of devices"],
    [{ devices: [] }, "fleet.json: it holds no device"],
    [{ devices: [device, 3] }, "fleet.json: devices[1] (line 1): it is not an object"],
    [{ devices: [device, { ...device, speed: 1 }] }, 'fleet.json: devices[1] (line 1): there is no field "speed"'],
    [{ devices: [{ flopsPerSecond: 1 }] }, "fleet.json: devices[0] (line 1): uploadBytesPerSecond is missing"],
    [{ devices: [{ ...device, tier: 5 }] }, "fleet.json: devices[0] (line 1): tier must be text, got 5"],
    [
      { devices: [{ ...device, failureRate: 1 }] },
      "fleet.json: devices[0] (line 1): failureRate must be a number ≥ 0 and < 1, got 1",
    ],
    [
      { devices: [{ ...device, toggleSeconds: 1 }] },
      "fleet.json: devices[0] (line 1): toggleSeconds must be a list of numbers ≥ 0",
    ],
    [
      { devices: [{ ...device, toggleSeconds: [] }] },
      "fleet.json: devices[0] (line 1): toggleSeconds is an empty list",
    ],
    [
      { devices: [device, { ...device, requires: "charging" }] },
      "devices[1] (line 1): it requires charging, but has no chargingSeconds",
    ],
    [
      { devices: [{ ...device, requires: "charging unmetered", chargingSeconds: [1] }] },
      "devices[0] (line 1): it requires unmetered, but has no unmeteredSeconds",
    ],
    [
      { devices: [{ ...device, requires: "wifi" }] },
      'requires must be one of "charging", "unmetered", "charging unmetered", or null for none, got "wifi"',
    ],
    [
      {
        devices: [
          { ...device, requires: "unmetered", unmeteredSeconds: [1], meanOnlineSeconds: 1, meanOfflineSeconds: 1 },
        ],
      },
      "it requires unmetered, but comes and goes by chance: it has meanOnlineSeconds",
    ],
    [{ devices: [{ ...device, chargingSeconds: [] }] }, "chargingSeconds is an empty list"],
    [{ devices: [{ ...device, unmeteredSeconds: [4, 3] }] }, "unmeteredSeconds[1] is 3, but the one before is 4"],
    [
      { devices: [{ ...device, chargingSeconds: [1, 20], periodSeconds: 10 }] },
      "chargingSeconds end at 20, after periodSeconds 10",
    ],
    [
      { devices: [{ ...device, unmeteredSeconds: [1], periodSeconds: 10 }] },
      "it has 1 unmeteredSeconds, so it does not go off the unmetered link at the end of its period",
    ],
    [{ devices: [{ ...device, periodSeconds: 5 }] }, "devices[0] (line 1): it has periodSeconds, but no toggleSeconds"],
    [{ devices: [{ ...device, mixingSeconds: 5 }] }, "devices[0] (line 1): it has mixingSeconds, but no hourlyShares"],
    [
      { devices: [{ ...device, meanOnlineSeconds: 5 }] },
      "devices[0] (line 1): it has meanOnlineSeconds, but no meanOfflineSeconds",
    ],
    [
      { devices: [{ ...device, meanOfflineSeconds: 5 }] },
      "devices[0] (line 1): it has meanOfflineSeconds, but no meanOnlineSeconds",
    ],
    [{ devices: [{ ...device, hourlyShares: [0.5] }] }, "devices[0] (line 1): hourlyShares has 1 numbers"],
    [
      { devices: [{ ...device, hourlyShares: [0.5, 1] }] },
      "devices[0] (line 1): hourlyShares[1] must be a number > 0 and < 1, got 1",
    ],
    [{ devices: [{ ...device, taskSeconds: [1], delaySeconds: [1] }] }, "it has both taskSeconds and delaySeconds"],
    [{ devices: [{ ...device, delaySeconds: [1], slowdowns: [1] }] }, "it has both delaySeconds and slowdowns"],
    [{ devices: [{ ...device, slowdowns: [1, 0] }] }, "slowdowns[1] must be a number > 0, got 0"],
    [
      { devices: [{ ...device, toggleSeconds: [1], meanOnlineSeconds: 1, meanOfflineSeconds: 1 }] },
      "it has both toggleSeconds and meanOnlineSeconds",
    ],
    [
      { devices: [{ ...device, toggleSeconds: [1, 20], periodSeconds: 10 }] },
      "toggleSeconds end at 20, after periodSeconds 10",
    ],
    [
      { devices: [{ ...device, toggleSeconds: [1, 2, 3], periodSeconds: 10 }] },
      "it has 3 toggleSeconds, so it does not go offline at the end of its period",
    ],
  ])("%j is refused with the path and line of what is wrong", (content, message) => {
    expect(() => json(content)).toThrow(
      expect.objectContaining({ code: "file-corrupt", message: expect.stringContaining(message) }),
    );
  });

  test("that is not JSON is refused with the line and column at which it ceases to be", () => {
    expect(() => parseDevices({ path: "fleet.json", text: '{\n "devices": [\n  {,\n' }, "json")).toThrow(
      /^fleet\.json: it is not JSON: .*line 3 column 4/u,
    );
  });
});

test("a JSON file that says something twice is refused, and what it says beside its devices is passed over", () => {
  const device = '{ "flopsPerSecond": 1, "uploadBytesPerSecond": 1, "downloadBytesPerSecond": 1';
  const parse = (text: string): readonly Device[] => parseDevices({ path: "fleet.json", text }, "json");
  expect(() => parse(`{ "devices": [\n${device},\n "uploadBytesPerSecond": 2 }] }`)).toThrow(
    'fleet.json: the field "uploadBytesPerSecond" is given twice in one object (line 3 column 2)',
  );
  expect(parse(`{ "source": "measured in May", "devices": [${device} }] }`)).toHaveLength(1);
});

test("a file of another kind, or that is not there, is refused", async () => {
  expect(() => trace({ file: "fleet.xlsx" })).toThrow(
    'fleet "trace": file must end in .csv or .json, got "fleet.xlsx"',
  );
  await expect(trace({ file: join(folder, "none.csv") }).devices(1, rootKey(1))).rejects.toMatchObject({
    code: "file-missing",
    message: expect.stringContaining("none.csv cannot be read (ENOENT)"),
  });
});

test("a file that is not UTF-8 is refused with the line, and lines may end as on old Macs", async () => {
  const header = "tier,flopsPerSecond,uploadBytesPerSecond,downloadBytesPerSecond";
  const file = join(folder, "latin1.csv");
  await writeFile(file, Buffer.from(`${header}\ra,1,1,1\rcaf\u00e9,2,2,2\r`, "latin1"));
  await expect(trace({ file }).devices(2, rootKey(1))).rejects.toMatchObject({
    code: "file-corrupt",
    message: `${file}: line 3 is not UTF-8`,
  });
  await writeFile(file, `${header}\ra,1,1,1\rcaf\u00e9,2,2,2\r`);
  const tiers = (await trace({ file }).devices(2, rootKey(1))).map(({ tier }) => tier);
  expect(tiers.toSorted()).toEqual(["a", "caf\u00e9"]);
});

describe("the page about fleets", async () => {
  const page = await readFile(join(import.meta.dirname, "../../../../docs/reference/fleets.md"), "utf8");
  const rows = page.split("\n").map((line) => line.replaceAll(/ +/gu, " "));

  test.each(Object.entries(traceFields))("says of %s what it may be", (name, spec: OptionSpec) => {
    const given = spec.default === undefined ? "must be given" : JSON.stringify(spec.default);
    const start = `| \`${name}\` | ${range(spec).replace(/^an? /u, "")} | ${given} | `;
    expect(rows.some((row) => row.startsWith(start))).toBe(true);
  });

  test("has examples that are read, the same devices in both forms", () => {
    const example = (form: string): string =>
      new RegExp(`\`\`\`${form}\n([^\`]*tier[^\`]*)\`\`\``, "u").exec(page)?.[1] ?? "";
    const devices = csv(example("csv"));
    expect(devices.map(({ availability: { kind } }) => kind)).toEqual(["always", "on-off", "trace"]);
    expect(parseDevices({ path: "fleet.json", text: example("json") }, "json")).toEqual(devices);
  });
});
