import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniformStream } from "../base/draws.ts";
import { fold, rootKey } from "../base/key.ts";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import type { Part } from "../part/part.ts";
import { type AnswerBook, arrivalsIn, noteAnswer } from "./arrivals.ts";
import { blockAt } from "./gradient-code.ts";
import { gradientCoding, ignoringStragglers, mSgc, replication, srSgc, uncoded } from "./index.ts";
import { decodeGroup, type Folding, type JobState, newJob, takeAnswer } from "./job.ts";
import { type Placement, rowsOf } from "./placement.ts";
import { replay, type ReplayedRound } from "./replay.ts";
import { type Coding, type CodingScheme, type Item, missingIn } from "./scheme.ts";

const LENGTH = 5;
const kernels = plainKernels;

/** The gradient of a row. Those of all rows nearly cancel each other. */
function gradientOf(row: number): Float32Array {
  return Float32Array.from({ length: LENGTH }, (_, at) => Math.sin(1 + 3.7 * row + 1.3 * at));
}

/** What a worker answers: a sum in float32. */
function answerTo(placement: Placement, item: Item): Float32Array {
  const { block } = blockAt(codeOf(placement.scheme, item), item.place);
  const sum = new Float64Array(LENGTH);
  for (const { chunk, coefficient } of block.terms[item.place - block.first] ?? []) {
    for (const { from, to } of rowsOf(placement, item, block.first + chunk)) {
      for (let row = from; row < to; row++) {
        for (const [at, value] of gradientOf(row).entries()) sum[at] = (sum[at] ?? 0) + coefficient * value;
      }
    }
  }
  return Float32Array.from(sum);
}

function codeOf({ groups }: CodingScheme, { group }: Item) {
  const code = groups[group]?.code;
  if (code === undefined) throw new Error(`there is no group ${group}`);
  return code;
}

function jobOf(job: number, scheme: CodingScheme): JobState {
  return newJob({ job, model: 0, params: new Float32Array(LENGTH), version: 0 }, scheme, kernels);
}

/**
 * How far the sum of a job is from that over all its rows, relative to Σ_c |g_c|, g_c being the gradient of a chunk: at most over
 * the numbers.
 */
function errorOf({ job, sum }: JobState, placement: Placement): number {
  const whole = new Float64Array(LENGTH);
  const sizes = new Float64Array(LENGTH);
  for (const own of chunkGradients(placement, job)) {
    for (const [at, value] of own.entries()) {
      whole[at] = (whole[at] ?? 0) + value;
      sizes[at] = (sizes[at] ?? 0) + Math.abs(value);
    }
  }
  return Math.max(...sum.map((value, at) => Math.abs(value - (whole[at] ?? 0)) / (sizes[at] ?? 0)));
}

function chunkGradients(placement: Placement, job: number): readonly Float64Array[] {
  const { groups, workers } = placement.scheme;
  return groups.flatMap((_, group) =>
    Array.from({ length: workers }, (__, chunk) => {
      const own = new Float64Array(LENGTH);
      for (const { from, to } of rowsOf(placement, { job, group }, chunk)) addRows(own, from, to);
      return own;
    }),
  );
}

function addRows(sum: Float64Array, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    for (const [at, value] of gradientOf(row).entries()) sum[at] = (sum[at] ?? 0) + value;
  }
}

/** Folds up what was answered in the rounds of a replay; hears of every job at its deadline. */
function foldUp(folding: Folding, rounds: readonly ReplayedRound[], hear: (job: JobState) => void): void {
  const { scheme } = folding.placement;
  const jobs = rounds.length - scheme.delay;
  const book: AnswerBook = new Map();
  const open = new Map<number, JobState>();
  const arrivals = arrivalsIn(book, jobs);
  const take = (item: Item): void => {
    noteAnswer(book, scheme, item);
    const job = open.get(item.job);
    if (job !== undefined) takeAnswer(job, item, answerTo(folding.placement, item), folding);
  };
  for (const [at, { items, late, waited }] of rounds.entries()) {
    const round = at + 1;
    if (round <= jobs) open.set(round, jobOf(round, scheme));
    for (const [worker, own] of items.entries()) if (late[worker] === 0) own.forEach(take);
    const due = scheme.due(round, jobs);
    // What nobody was asked for any more, whoever is free has computed.
    if (waited) missingIn(scheme, due, arrivals).forEach(take);
    for (const group of due) {
      const job = open.get(group.job);
      if (job !== undefined) decodeGroup(job, group, { ...folding, arrivals });
    }
    const done = open.get(round - scheme.delay);
    if (done !== undefined) hear(done);
    open.delete(round - scheme.delay);
  }
}

/** Codings that are exact, for 8 to 256 workers, by what makes them. */
const exactCodings = fc
  .record({
    kind: fc.constantFrom("uncoded", "replication", "gradient-coding", "sr-sgc", "m-sgc"),
    workers: fc.integer({ min: 8, max: 256 }),
    burst: fc.integer({ min: 1, max: 2 }),
    bursts: fc.integer({ min: 1, max: 2 }),
    share: fc.double({ min: 0.02, max: 0.25, noNaN: true }),
  })
  .map(({ kind, workers, burst, bursts, share }): readonly [Coding & Part, number] => {
    const most = Math.max(1, Math.round(share * workers));
    const window = burst * bursts + 1;
    if (kind === "uncoded") return [uncoded(), workers];
    // Up to six workers in ten, so that all of them are one cyclic block at times.
    if (kind === "gradient-coding") return [gradientCoding({ tolerated: Math.round(2.4 * most) }), workers];
    if (kind === "sr-sgc") return [srSgc({ burst, window, most }), workers];
    if (kind === "m-sgc") {
      return [mSgc({ burst, window: burst + bursts, most: bursts === 2 ? workers : most }), workers];
    }
    const copies = Math.min(16, most + 1);
    return [replication({ copies }), copies * Math.max(1, Math.floor(workers / copies))];
  })
  .filter(([coding, workers]) => coding.contradiction(workers) === null);

/** Times of workers, of whom a share that differs from round to round is slow: within what codes assume, and beyond. */
function timesOf(seed: number): (round: number, worker: number) => number {
  return (round, worker) => {
    const key = fold(rootKey(seed), round);
    const slow = 0.3 * uniformStream(key)();
    const uniform = uniformStream(fold(key, worker));
    return uniform() < slow ? 5 : 1 + 0.5 * uniform();
  };
}

describe("a job", () => {
  test("is the gradient over all rows at its deadline, to 1e-6 of the sizes of those of its chunks, whoever is late, n from 8 to 256", () => {
    fc.assert(
      fc.property(exactCodings, fc.nat(), ([coding, workers], seed) => {
        const scheme = coding.schemeFor(workers);
        const examples = 2 * workers + (seed % 7);
        const placement: Placement = { scheme, models: 1, examples, batchSize: examples };
        const jobs = 3;
        const { rounds } = replay({ scheme, jobs, patience: 1, waitOut: "enough", secondsOf: timesOf(seed) });
        let heard = 0;
        foldUp({ placement, kernels }, rounds, (job) => {
          heard += 1;
          expect(job.rows).toBe(examples);
          expect(job.waiting.size).toBe(0);
          expect(errorOf(job, placement)).toBeLessThan(1e-6);
        });
        expect(heard).toBe(jobs);
      }),
      { numRuns: 60 },
    );
  });

  test("adds the first answer of a block that repeats, and no other", () => {
    const scheme = replication({ copies: 2 }).schemeFor(4);
    const folding: Folding = { placement: { scheme, models: 1, examples: 8, batchSize: 8 }, kernels };
    const job = jobOf(1, scheme);
    const ones = new Float32Array(LENGTH).fill(1);
    expect(takeAnswer(job, { job: 1, group: 0, place: 1 }, ones, folding)).toBe(true);
    expect(takeAnswer(job, { job: 1, group: 0, place: 0 }, ones, folding)).toBe(false);
    expect(job.rows).toBe(4);
    expect(takeAnswer(job, { job: 1, group: 0, place: 2 }, ones, folding)).toBe(true);
    expect([...job.sum]).toEqual([2, 2, 2, 2, 2]);
    expect(job.rows).toBe(8);
  });

  test("keeps answers of a cyclic block until it is decoded, and not the vector they came in", () => {
    const scheme = gradientCoding({ tolerated: 1 }).schemeFor(3);
    const placement: Placement = { scheme, models: 1, examples: 6, batchSize: 6 };
    const job = jobOf(1, scheme);
    const book: AnswerBook = new Map();
    for (const place of [0, 2]) {
      const item = { job: 1, group: 0, place };
      const answer = answerTo(placement, item);
      expect(takeAnswer(job, item, answer, { placement, kernels })).toBe(true);
      answer.fill(Number.NaN);
      noteAnswer(book, scheme, item);
    }
    expect(job.rows).toBe(0);
    expect(job.waiting.get(0)?.size).toBe(2);
    expect(decodePlain(encodePlain(job))).toEqual(job);
    decodeGroup(job, { job: 1, group: 0 }, { placement, kernels, arrivals: arrivalsIn(book, 1) });
    expect(job.rows).toBe(6);
    expect(errorOf(job, placement)).toBeLessThan(1e-6);
  });

  test("counts the rows of those who were heard, where blocks are dispensable", () => {
    const scheme = ignoringStragglers({ ignored: 2 }).schemeFor(4);
    const placement: Placement = { scheme, models: 1, examples: 10, batchSize: 10 };
    const job = jobOf(1, scheme);
    // Chunks begin at rows 0, 3, 5 and 8: of 10 · k/4, rounded.
    for (const place of [0, 2]) {
      const item = { job: 1, group: 0, place };
      takeAnswer(job, item, answerTo(placement, item), { placement, kernels });
    }
    expect(job.rows).toBe(6);
    const mean = [0, 1, 2, 5, 6, 7].reduce((sum, row) => sum + (gradientOf(row)[0] ?? 0), 0) / 6;
    expect((job.sum[0] ?? 0) / job.rows).toBeCloseTo(mean, 6);
  });
});
