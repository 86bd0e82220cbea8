import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { permutation, uniformStream } from "../base/draws.ts";
import { fold, type Key, rootKey } from "../base/key.ts";
import type { Part } from "../part/part.ts";
import { type AnswerBook, arrivalsIn, mayEnd, noteAnswer } from "./arrivals.ts";
import { gradientCoding, ignoringStragglers, mSgc, replication, srSgc, uncoded } from "./index.ts";
import { loadOf, replay } from "./replay.ts";
import { type Coding, type CodingScheme, type DueGroup, isDecodable, missingIn, roundsFor } from "./scheme.ts";
import { arbitrary, bursty, type Pattern, type StragglerModel } from "./stragglers.ts";

const bursts = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 5 }))
  .chain(([burst, extra]) => fc.constant({ burst, window: burst * extra + 1 }));
const workersAndMost = fc
  .integer({ min: 3, max: 24 })
  .chain((workers) => fc.tuple(fc.constant(workers), fc.integer({ min: 1, max: workers })));

const KINDS = ["uncoded", "replication", "ignoring-stragglers", "gradient-coding", "sr-sgc", "m-sgc"] as const;

/** Schemes of all kinds, for 3 to 24 workers, by the settings that make them: what fast-check prints. */
const settings = fc
  .tuple(workersAndMost, bursts, fc.constantFrom(...KINDS))
  .map(([[workers, most], { burst, window }, kind]): readonly [Coding & Part, number] => {
    if (kind === "replication") return [replication({ copies: Math.max(2, most) }), workers];
    if (kind === "ignoring-stragglers") return [ignoringStragglers({ ignored: most }), workers];
    if (kind === "gradient-coding") return [gradientCoding({ tolerated: Math.min(most, workers - 1) }), workers];
    if (kind === "sr-sgc") return [srSgc({ burst, window, most }), workers];
    return [kind === "m-sgc" ? mSgc({ burst, window, most }) : uncoded(), workers];
  })
  .filter(([coding, workers]) => coding.contradiction(workers) === null);

describe("every scheme", () => {
  test("shares all of a job's data out, and no round costs more than its load", () => {
    fc.assert(
      fc.property(settings, fc.nat(), ([coding, workers], seed) => {
        const scheme = coding.schemeFor(workers);
        expect(scheme.groups.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
        const { rounds } = replay({ scheme, jobs: 6, patience: 1, waitOut: "enough", secondsOf: timesOf(seed) });
        for (const { items } of rounds) {
          for (const own of items) expect(loadOf(scheme, own)).toBeLessThanOrEqual(scheme.load * (1 + 1e-12));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("decodes every job by its deadline, whoever is late: otherwise it waits", () => {
    fc.assert(
      fc.property(settings, fc.nat(), ([coding, workers], seed) => {
        const scheme = coding.schemeFor(workers);
        const jobs = 8;
        const { rounds } = replay({ scheme, jobs, patience: 1, waitOut: "enough", secondsOf: timesOf(seed) });
        const book: AnswerBook = new Map();
        for (const [at, { items, late }] of rounds.entries()) {
          const waited = rounds[at]?.waited === true;
          noteAnswers(book, scheme, { items, late });
          const due = scheme.due(at + 1, jobs);
          // What nobody was asked for any more, whoever is free has computed.
          if (waited) for (const item of missingIn(scheme, due, arrivalsIn(book, jobs))) noteAnswer(book, scheme, item);
          expect(due.every((group) => isDecodable(scheme, group, arrivalsIn(book, jobs)))).toBe(true);
        }
        expect(rounds).toHaveLength(roundsFor(scheme, jobs));
      }),
      // In the example everybody answers in time, and what was not asked of some, who repeat, decodes too badly.
      { numRuns: 300, examples: [[[mSgc({ burst: 1, window: 5, most: 3 }), 7], 20]] },
    );
  });

  test("never waits where stragglers are as it bears, but for what would make rounding errors large", () => {
    // Replication assumes nothing of stragglers: it waits for one of each group, whoever is late.
    const assuming = settings.filter(([{ part }]) => part.name !== "replication");
    fc.assert(
      fc.property(assuming, fc.nat(), ([coding, workers], seed) => {
        const scheme = coding.schemeFor(workers);
        const models = modelsOf(coding, scheme);
        const fits = models[seed % models.length] ?? scheme.tolerates;
        const jobs = 8;
        const book: AnswerBook = new Map();
        let pattern: Pattern = [];
        for (let round = 1; round <= roundsFor(scheme, jobs); round++) {
          const arrivals = arrivalsIn(book, jobs);
          const items = scheme.assign(round, arrivals);
          const late = latest(fits, { items, before: pattern, key: fold(rootKey(seed), round) });
          expect(scheme.tolerates([...pattern, late].slice(-scheme.window))).toBe(true);
          noteAnswers(book, scheme, { items, late });
          const due = scheme.due(round, jobs);
          const isThere = (group: DueGroup): boolean =>
            hasEnough(scheme, group, book) || isDecodable(scheme, group, arrivals);
          expect(due.every(isThere)).toBe(true);
          // Where the numbers are enough and the round may not end, a cyclic block decodes too badly.
          if (!mayEnd(scheme, { round, late }, pattern, arrivals)) {
            for (const item of missingIn(scheme, due, arrivals)) noteAnswer(book, scheme, item);
          }
          pattern = [...pattern, late];
        }
      }),
      { numRuns: 600 },
    );
  });
});

/** The models of stragglers in which a scheme promises never to wait. */
function modelsOf({ part: { name, options } }: Part, { delay, tolerates }: CodingScheme): readonly StragglerModel[] {
  const [burst, window, most] = ["burst", "window", "most"].map((option) => Number(options[option]));
  const inBursts = bursty(burst ?? NaN, window ?? NaN, most ?? NaN);
  if (name === "sr-sgc") return [inBursts];
  if (name === "m-sgc") return [inBursts, arbitrary(burst ?? NaN, delay + 1, most ?? NaN), tolerates];
  return [tolerates];
}

type Round = { readonly items: ReturnType<CodingScheme["assign"]>; readonly late: Uint8Array };

function noteAnswers(book: AnswerBook, scheme: CodingScheme, { items, late }: Round): void {
  for (const [worker, own] of items.entries()) {
    if (late[worker] === 0) for (const item of own) noteAnswer(book, scheme, item);
  }
}

/** Whether each block of a group that is not dispensable has as many answers as its code asks for; some decode from fewer. */
function hasEnough(scheme: CodingScheme, { job, group }: DueGroup, book: AnswerBook): boolean {
  const { blocks = [], dispensable = 0 } = scheme.groups[group]?.code ?? {};
  const short = blocks.filter(({ first, size, tolerated }) => {
    const there = book.get(job)?.[group]?.subarray(first, first + size) ?? new Uint8Array(size);
    return there.reduce((sum, has) => sum + has, 0) < size - tolerated;
  });
  return short.length <= dispensable;
}

/** Workers that may be late in a model of stragglers, as many as fit in a random order. */
function latest(
  fits: StragglerModel,
  { items, before, key }: Pick<Round, "items"> & { readonly before: Pattern; readonly key: Key },
): Uint8Array {
  const late = new Uint8Array(items.length);
  for (const worker of permutation(key, items.length)) {
    if (items[worker]?.length === 0) continue;
    late[worker] = 1;
    if (!fits([...before, late])) late[worker] = 0;
  }
  return late;
}

/** Times of workers, one in five of whom is slow, by round. */
function timesOf(seed: number): (round: number, worker: number) => number {
  return (round, worker) => {
    const uniform = uniformStream(fold(fold(rootKey(seed), round), worker));
    return uniform() < 0.2 ? 5 : 1 + uniform();
  };
}
