import {
  answered,
  joined,
  manualRun,
  meanOptimum,
  quadraticClients,
  rehearse,
  tasksOf,
  transferred,
} from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { countSketch, entropy, identity, qsgd, srht, topK } from "../codec/index.ts";
import { fedBuff, rounds } from "../pacing/index.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { broughtUp, downloadFor, follow, MAX_CHANGES, noDownloads } from "../plan/downloads.ts";
import { federated } from "../plan/federated.ts";
import { clientId } from "../plan/identity.ts";
import type { FederatedOptions } from "../plan/federated-parts.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform as uniformWeighting } from "../weighting/index.ts";
import { changes } from "./index.ts";

const DIMENSION = 50;
const clients = quadraticClients(rootKey(3), 4, DIMENSION);
const base = {
  pacing: rounds({ cohort: 4 }),
  weighting: uniformWeighting(),
  solver: sgd({ learningRate: 0.1 }),
  work: { steps: 3, batchSize: 1 },
  versions: 40,
} as const;

function played(parts: Partial<FederatedOptions>) {
  const plan = federated({ ...base, ...parts });
  return rehearse({ plan, clients, params: new Float32Array(DIMENSION), restoring: true });
}

const bytesOf = ({ commands }: ReturnType<typeof played>): readonly number[] =>
  tasksOf(commands).map(({ download, params }) => download?.bytes ?? params.byteLength);

test("with a codec that loses nothing it is the model as it is, to the last bit, for no more bytes", () => {
  const [plain, found] = [played({}), played({ download: changes({ codec: identity() }) })];
  expect(found.published).toEqual(plain.published);
  expect(bytesOf(found)).toEqual(bytesOf(plain));
});

test("a fifth of the changes lead to the optimum where all take part", () => {
  const found = played({ download: changes({ codec: topK({ ratio: 0.2 }) }), versions: 400 });
  const optimum = meanOptimum(clients);
  const distances = Array.from(found.published.at(-1) ?? [], (x, i) => x - (optimum[i] ?? 0));
  expect(Math.hypot(...distances)).toBeLessThan(1e-3);
});

describe.each([
  ["in rounds of all", rounds({ cohort: 4 })],
  ["in rounds of some", rounds({ cohort: 2 })],
  ["in buffers", fedBuff({ updates: 2, concurrency: 3 })],
])("%s", (_, pacing) => {
  const lossy = played({ pacing, download: changes({ codec: topK({ ratio: 0.2 }) }), versions: 400 });

  test("no message takes more bytes than the model, and all together take fewer", () => {
    const whole = 4 * DIMENSION;
    const bytes = bytesOf(lossy);
    expect(Math.max(...bytes)).toBe(whole);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(0.8 * whole * bytes.length);
  });

  test("who holds nothing gets all of it, and who has been given a version holds it", () => {
    const held = new Map<number, number>();
    for (const { client, version, download } of tasksOf(lossy.commands)) {
      expect(download?.held ?? null).toBe(held.get(client) ?? null);
      held.set(client, version);
    }
  });
});

test("one message leads from each version to the next, whoever is sent it", () => {
  const found = played({ download: changes({ codec: topK({ ratio: 0.1 }) }) });
  const models = new Map(tasksOf(found.commands).map(({ version, params }) => [version, params]));
  for (const [version, params] of models) {
    const before = models.get(version - 1);
    if (before === undefined) continue;
    expect(params.filter((x, i) => x !== before[i]).length).toBeLessThanOrEqual(5);
  }
  expect(models.size).toBe(40);
});

describe.each([
  ["top-k", topK({ ratio: 0.1, warmUpVersions: 8 }), "kept"],
  ["qsgd", qsgd({ bits: 8 }), "dropped"],
] as const)("what is sent of changes by %s", (_, codec, lost) => {
  const { commands } = played({ pacing: rounds({ cohort: 2 }), download: changes({ codec, lost }) });
  const tasks = tasksOf(commands);

  test("leads from the version that a client holds to that of its task, to the last bit", () => {
    const models = new Map(tasks.map(({ version, params }) => [version, params]));
    let led = 0;
    for (const { download, params } of tasks) {
      const { held = null, changes: sent } = download ?? {};
      const before = models.get(held ?? -1);
      if (held === null || sent === undefined || before === undefined) continue;
      const leading = { codec, key: sent.key, version: held, messages: sent.messages };
      expect(broughtUp(before, leading, { kernels: plainKernels, layout: [] })).toEqual(params);
      led += 1;
    }
    expect(led).toBeGreaterThan(20);
  });

  test("takes the bytes that are told, and is named by its codec", () => {
    for (const { download } of tasks) {
      if (download?.changes === undefined) continue;
      const { codec: part, messages } = download.changes;
      expect(messages.reduce((sum, { length }) => sum + length, 0)).toBe(download.bytes);
      expect(part).toEqual(codec.part);
    }
    const whole = tasks.filter(({ download }) => download?.changes === undefined);
    expect(new Set(whole.map(({ download }) => download?.bytes))).toEqual(new Set([4 * DIMENSION]));
  });

  test("is no message where it was changed on its way", () => {
    const sent = tasks.flatMap(({ download, params }) =>
      download?.changes === undefined ? [] : [{ ...download.changes, params }],
    );
    const [first] = sent.filter(({ messages }) => messages.length > 0);
    if (first === undefined) throw new Error("no changes were sent");
    const messages = first.messages.map((message) => message.subarray(1));
    const leading = { codec, key: first.key, version: 0, messages };
    expect(broughtUp(first.params, leading, { kernels: plainKernels, layout: [] })).toBeNull();
  });
});

test("a client that is more versions behind than an assignment can name gets all of the model", () => {
  const around = { key: rootKey(1), kernels: plainKernels, layout: [] };
  const codec = topK({ ratio: 0.0001 });
  const length = 10_000;
  const downloads = noDownloads(codec, new Float32Array(length));
  if (downloads === null) throw new Error("nothing is downloaded");
  downloads.held.set(clientId(0), 0);
  const to = { client: clientId(0), codec: codec.part, key: rootKey(1) };
  for (let version = 1; version <= MAX_CHANGES; version++) {
    const params = downloads.params.slice();
    params[version] = 1;
    follow(downloads, codec, { params, version }, around);
  }
  expect(downloadFor(downloads, to).changes?.messages).toHaveLength(MAX_CHANGES);
  follow(downloads, codec, { params: downloads.params.map((x) => x + 1), version: MAX_CHANGES + 1 }, around);
  expect(downloadFor(downloads, to)).toEqual({ held: 0, bytes: 4 * length });
  expect(downloads.messages.filter((message) => message !== null)).toHaveLength(MAX_CHANGES);
});

test("a client that left before its download was complete holds nothing new", () => {
  const plan = federated({
    ...base,
    pacing: fedBuff({ updates: 1, concurrency: 1 }),
    download: changes({ codec: topK() }),
  });
  const { commands } = rehearse({
    plan,
    clients: clients.slice(0, 1),
    params: new Float32Array(DIMENSION),
    fate: ({ id }) => (id === 0 ? "rejoin" : "answer"),
  });
  expect(
    tasksOf(commands)
      .map(({ download }) => download?.held)
      .slice(0, 3),
  ).toEqual([null, null, 0]);
});

test.each([
  ["a client that joins again holds what it had", false, 0],
  ["a client that begins anew holds nothing, and gets all of the model", true, null],
])("%s", (_, anew, held) => {
  const pacing = fedBuff({ updates: 1, concurrency: 1 });
  const run = manualRun(
    federated({ ...base, pacing, download: changes({ codec: topK() }) }),
    new Float32Array(DIMENSION),
    [1],
  );
  run.send(1, { kind: "started" });
  run.send(2, transferred(run.task(0), "down", 4 * DIMENSION));
  run.send(3, answered(run.task(0), new Float32Array(DIMENSION).fill(1)));
  expect(run.task(1).download?.held).toBe(0);
  run.restore();
  run.send(4, { ...joined(0), ...(anew ? { anew } : {}) });
  expect(run.task(2).download?.held).toBe(held);
  if (anew) expect(run.task(2).download?.bytes).toBe(4 * DIMENSION);
  // What arrives late of the task that it has lost is nothing that it holds.
  run.send(5, transferred(run.task(1), "down", 4));
  run.send(6, joined(0));
  expect(run.task(3).download?.held).toBe(held);
});

describe.each([
  ["count-sketch", countSketch({ ratio: 0.5 })],
  ["srht", srht({ ratio: 0.5 })],
  ["qsgd", qsgd({ bits: 4 })],
])("with %s, whose losses are dropped", (_, codec) => {
  const found = played({ download: changes({ codec, lost: "dropped" }), versions: 120 });

  test("the model comes to the optimum where all take part", () => {
    const optimum = meanOptimum(clients);
    const distances = Array.from(found.published.at(-1) ?? [], (x, i) => x - (optimum[i] ?? 0));
    expect(Math.hypot(...distances)).toBeLessThan(1e-3);
  });

  test("clients have the model that is published, for fewer bytes", () => {
    for (const { version, params } of tasksOf(found.commands)) {
      if (version > 0) expect(params).toEqual(found.published[version - 1]);
    }
    const bytes = bytesOf(found);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(0.6 * 4 * DIMENSION * bytes.length);
  });
});

test("with a codec that loses nothing it makes no difference what becomes of what is lost", () => {
  const codec = identity();
  const [kept, dropped] = [
    played({ download: changes({ codec }) }),
    played({ download: changes({ codec, lost: "dropped" }) }),
  ];
  expect(dropped.published).toEqual(kept.published);
});

test("sketches both ways come to the optimum: sketched first-order training", () => {
  const sketch = srht({ ratio: 0.5 });
  const plan = federated({
    ...base,
    solver: sgd({ learningRate: 0.005 }),
    upload: sketch,
    download: changes({ codec: sketch, lost: "dropped" }),
    versions: 400,
  });
  const found = rehearse({ plan, clients, params: new Float32Array(DIMENSION) });
  const optimum = meanOptimum(clients);
  const distances = Array.from(found.published.at(-1) ?? [], (x, i) => x - (optimum[i] ?? 0));
  // What clients differ in is noise that stays.
  expect(Math.hypot(...distances)).toBeLessThan(0.3 * Math.hypot(...optimum));
});

test("codecs that are right on average are refused unless what they lose is dropped, also inside others", () => {
  expect(() => changes({ codec: qsgd() })).toThrow('download "changes": codec "qsgd" is right on average');
  expect(() => changes({ codec: entropy({ codec: qsgd() }) })).toThrow("would be added up in what clients have");
  expect(() => changes({ codec: entropy({ codec: qsgd() }), lost: "dropped" })).not.toThrow();
});

test("codecs that leave something out are refused where that is dropped, and noise of clients everywhere", () => {
  expect(() => changes({ codec: topK(), lost: "dropped" })).toThrow(
    "leaves something out, which would be lost for good",
  );
  expect(() => changes({ codec: srht({ noise: 1 }), lost: "dropped" })).toThrow("has noise of clients");
});
