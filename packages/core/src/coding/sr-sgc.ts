/**
 * Selective-repeat sequential gradient coding: an (n, s)-gradient code whose missing answers are asked for again B rounds
 * later, from no more workers than needed, so that bursts of more than s stragglers are survived at the load of s.
 *
 *     s = ⌈Bλ / (W − 1 + B)⌉,  load (s + 1)/n,  delay T = B,  B divides W − 1
 *
 * In round r every worker answers to job r; but where v > s answers to job r − B are missing, up to v − s of those workers
 * repeat that one instead. Job t is decoded from the answers that came in rounds t and t + B, of which any n − s are enough.
 * Blocks of a code that repeat are decoded from fewer (see `gradient-code.ts`): of the paper's v − s repeat only those
 * without whom the job would not be decoded.
 * In the (B, W, λ)-bursty model of stragglers no round has to wait. In the paper a round goes on where it would break the model; here
 * it goes on only where the job that is due in it does not decode yet.
 *
 * Krishnan, Ebrahimi, Khisti, "Sequential gradient coding for straggler mitigation", ICLR 2023.
 * https://arxiv.org/abs/2211.13802
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import { gradientCode, type GradientCode, type PlacedBlock, presentIn, undecodable } from "./gradient-code.ts";
import { burstOptions, type BurstOptions, sequentialPaper } from "./burst-options.ts";
import { type Arrivals, type Coding, type CodingScheme, dueAmong, type Item } from "./scheme.ts";

/** The coding `sr-sgc`. Throws Fault "option-invalid". */
export const srSgc: PartFactory<BurstOptions, Coding> = definePart<BurstOptions, Coding>({
  room: "coding",
  name: "sr-sgc",
  about: "A gradient code whose missing answers are repeated B rounds later, so that bursts cost no load.",
  fights: ["delay"],
  paper: sequentialPaper,
  options: burstOptions,
  make: (options) => ({
    contradiction: (workers) => contradictionOf(options, workers),
    schemeFor: (workers) => schemeOf(options, workers),
  }),
});

function contradictionOf({ burst, window, most }: BurstOptions, workers: number): string | null {
  if ((window - 1) % burst !== 0) {
    return `sr-sgc needs a burst that divides window − 1: ${burst} does not divide ${window - 1}`;
  }
  if (most > workers) return `sr-sgc: ${most} stragglers of ${workers} workers`;
  const tolerated = toleratedBy({ burst, window, most });
  return tolerated < workers
    ? undecodable(workers, tolerated)
    : `sr-sgc: ${tolerated} of ${workers} workers cannot be late in one round`;
}

/** s, the answers that may be missing for good. */
function toleratedBy({ burst, window, most }: BurstOptions): number {
  return Math.ceil((burst * most) / (window - 1 + burst));
}

function schemeOf(options: BurstOptions, workers: number): CodingScheme {
  const { burst } = options;
  const tolerated = toleratedBy(options);
  const code = gradientCode(workers, tolerated);
  return {
    workers,
    delay: burst,
    groups: [{ share: 1, code }],
    load: (tolerated + 1) / workers,
    window: 1,
    due: (round, jobs) => dueAmong([{ job: round - burst, group: 0 }], jobs),
    assign: (round, arrivals) => {
      const repeating = repeatersOf(code, round - burst, arrivals);
      return Array.from({ length: workers }, (_, place): readonly Item[] => {
        if (repeating.has(place)) return [{ job: round - burst, group: 0, place }];
        return round <= arrivals.jobs ? [{ job: round, group: 0, place }] : [];
      });
    },
    // Whatever is missing of a job is asked for again in the round in which the job is due.
    tolerates: () => true,
  };
}

/** Who answers again to a job: of those who are missing, all but `tolerated`, as far as it is not decoded without them. */
function repeatersOf(code: GradientCode, job: number, { has }: Arrivals): ReadonlySet<number> {
  if (job < 1) return new Set();
  const isThere = (place: number): boolean => has({ job, group: 0, place });
  const missing = Array.from({ length: code.workers }, (_, place) => place).filter((place) => !isThere(place));
  const repeating = new Set(missing.slice(0, Math.max(0, missing.length - code.tolerated)));
  if (repeating.size > 0) for (const block of code.blocks) dismissIdle(block, repeating, isThere);
  return repeating;
}

/** Takes from `repeating` whoever a block is decoded without. */
function dismissIdle(block: PlacedBlock, repeating: Set<number>, isThere: (place: number) => boolean): void {
  const { first, size } = block;
  const isDecoded = (): boolean =>
    block.decode(presentIn(block, (place) => repeating.has(place) || isThere(place))) !== null;
  for (let place = first; place < first + size; place++) {
    if (repeating.delete(place) && !isDecoded()) repeating.add(place);
  }
}
