import { codec, uploadKey } from "@potluck/core";
import type { Submission } from "@potluck/protocol";
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { admin, guestOf, meter, type SampleSite, sampleSite, VERSIONS } from "./sample-coordinator.ts";
import { type Answer, answered, modelOf, refusal, submissionOf, uploaded, works } from "./sample-device.ts";

interface Lies {
  /** What it answers, one task after another. */
  readonly ways: readonly Answer[];
  readonly claims?: Partial<Submission>;
  /** What those answer who do not lie. */
  readonly honest?: Answer;
}

/** A device that lies in each of these ways while others do the work, until the run has ended; what became of its answers. */
async function lies(site: SampleSite, { ways, claims = {}, honest }: Lies): Promise<readonly string[]> {
  const [liar, one] = [await guestOf(site), await guestOf(site)];
  const outcomes: string[] = [];
  void works(one, null, honest);
  const ended = site.run.whenEnded;
  for (const way of ways) {
    // With the run its connection ends.
    const assigned = await Promise.race([liar.next("assign").catch(async () => ended), ended]);
    if (assigned === null) break;
    const bytes = way(await modelOf(liar, assigned.task), assigned.task);
    outcomes.push((await answered(liar, assigned.task, bytes, claims)).outcome);
  }
  // It gives up, and another one takes its place.
  liar.say({ kind: "leaving" });
  if (site.run.view.ended === null) void works(await guestOf(site), null, honest);
  await ended;
  expect(site.run.view.ended?.ending?.status).toBe("finished");
  const { measurements, versions } = await site.run.result();
  expect(versions).toBe(VERSIONS);
  expect(measurements.every(({ testLoss }) => Number.isFinite(testLoss))).toBe(true);
  return outcomes;
}

/** Changes the numbers of a model. */
function changing(change: (x: number, at: number) => number): Answer {
  return (model) => new Uint8Array(new Float32Array(model.buffer).map(change).buffer);
}

const one = { pacing: { name: "rounds", cohort: 2, quorum: 0.5 } };

test("numbers that are not finite, and messages that are too short or too long, count for nothing", async () => {
  const site = await sampleSite({}, one);
  const outcomes = await lies(site, {
    ways: [
      changing(() => Number.NaN),
      (model) => model.slice(0, -4),
      changing((x, at) => (at === 3 ? Infinity : x)),
      (model) => new Uint8Array(2 * model.length),
      () => new Uint8Array(0),
    ],
  });
  expect(outcomes.length).toBeGreaterThan(0);
  expect(new Set(outcomes)).toEqual(new Set(["invalid"]));
  const broken = site.run.view.status.invalid["payload"] ?? 0;
  expect(broken).toBe(outcomes.length);
  const id = site.run.record.id;
  expect(await meter(site, `potluck_updates_total{run="${id}",outcome="invalid",reason="payload"}`)).toBe(broken);
  const { body } = await admin(site, "GET", `/runs/${id}/refusals`);
  expect(JSON.stringify(body)).toContain('"refusal":"invalid"');
}, 30_000);

test("updates that are longer than the run allows are refused, and so are claims of too many examples", async () => {
  const limits = { mostNorm: 5, mostExamples: 100 };
  const site = await sampleSite({}, { ...one, limits });
  const outcomes = await lies(site, { ways: [changing((x) => x + 1e30), changing((x) => x + 5)] });
  expect(new Set(outcomes)).toEqual(new Set(["invalid"]));
  expect(site.run.view.status.invalid["norm"]).toBe(outcomes.length);
  const again = await sampleSite({}, { ...one, limits });
  const claimed = await lies(again, { ways: [changing((x) => x), changing((x) => x)], claims: { examples: 101 } });
  expect(new Set(claimed)).toEqual(new Set(["invalid"]));
  expect(again.run.view.status.invalid["examples"]).toBe(claimed.length);
}, 30_000);

test("a device that says it has more examples than a client may have is taken to have so many", async () => {
  const site = await sampleSite({}, { limits: { mostExamples: 100 } });
  const { url } = site.coordinator;
  expect(await refusal({ url, token: site.token, examples: Number.MAX_SAFE_INTEGER })).toBeNull();
  const { body } = await admin(site, "GET", `/runs/${site.run.record.id}/clients`);
  expect(body).toMatchObject({ clients: [{ examples: 100 }] });
}, 30_000);

test("packed messages that are to become huge are refused, and nothing is set aside for them", async () => {
  const upload = codec.entropy({ codec: codec.topK({ ratio: 0.1 }) });
  const { name, options } = upload.part;
  const site = await sampleSite({}, { ...one, upload: { name, ...options } });
  const before = process.memoryUsage().rss;
  const outcomes = await lies(site, {
    ways: Array.from({ length: 30 }, (_, at) => () => {
      const noise = Uint8Array.from(randomBytes(40 + at));
      // Lengths near 2^32, and then whatever.
      noise.set([0xff, 0xff, 0xff, 0xff, 0x0f], at % 3);
      return noise;
    }),
    honest: (model, { key }) => {
      const params = new Float32Array(model.buffer);
      return Uint8Array.from(upload.encode(params, params, uploadKey(key)));
    },
  });
  expect(new Set(outcomes)).toEqual(new Set(["invalid"]));
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
}, 30_000);

test("a device whose answers are refused again and again is sent home for a while, and the others go on", async () => {
  const limits = { badAnswers: { perSecond: 0.001, burst: 3 } };
  const site = await sampleSite(
    { limits },
    { pacing: { name: "fed-async" }, weighting: { name: "uniform" }, aggregation: { name: "mixing" } },
  );
  const [liar, honest] = [await guestOf(site), await guestOf(site)];
  for (let answer = 0; answer < 4; answer++) {
    const { task } = await liar.next("assign");
    await answered(liar, task, Uint8Array.of(answer));
  }
  expect(await liar.gone).toMatchObject({ code: "too-many-bad-answers", comeBack: true });
  expect(await refusal({ url: site.coordinator.url, key: liar.key })).toBe("too-many-bad-answers");
  void works(honest);
  await site.run.whenEnded;
  expect((await site.run.result()).versions).toBe(VERSIONS);
  expect(site.run.view.status.answers.accepted).toBe(VERSIONS);
}, 30_000);

test("an answer that is submitted again and again counts once, also over a new connection", async () => {
  const site = await sampleSite();
  const [first, second] = [await guestOf(site), await guestOf(site)];
  const { task } = await first.next("assign");
  const bytes = await modelOf(first, task);
  await uploaded(first, task.id, bytes);
  const message = { kind: "submitted", task: task.id, submission: submissionOf(bytes) } as const;
  for (let again = 0; again < 20; again++) first.say(message);
  expect(await first.next("acknowledged")).toMatchObject({ task: task.id, outcome: "accepted" });
  first.socket.terminate();
  const back = await guestOf(site, { key: first.key });
  back.say(message);
  expect(await back.next("acknowledged")).toMatchObject({ task: task.id, outcome: "accepted" });
  for (const device of [back, second]) void works(device);
  await site.run.whenEnded;
  const { clients } = await site.run.result();
  expect(clients.map(({ timesUsed }) => timesUsed)).toEqual([VERSIONS, VERSIONS]);
  expect(site.run.view.status.answers.accepted).toBe(2 * VERSIONS);
}, 30_000);
