/**
 * Selective-repeat sequential gradient coding: an (n, s)-gradient code whose missing answers are asked for again B rounds
 * later, from no more workers than needed, so that bursts of more than s stragglers are survived at the load of s.
 *
 *     s = ⌈Bλ / (W − 1 + B)⌉,  load (s + 1)/n,  delay T = B,  B divides W − 1
 *
 * In round r every worker answers to job r; but where job r − B is not decoded by what has come, some of those who missed it
 * repeat that one instead: in the paper v − s of the v who did, here as few as it is decoded with. Job t is decoded from the
 * answers that came in rounds t and t + B, of which any n − s are enough, but for patterns whose decoding would make rounding errors large.
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

/** Who answers again to a job: as few of those who are missing as it is decoded with. */
function repeatersOf(code: GradientCode, job: number, { has }: Arrivals): ReadonlySet<number> {
  const repeating = new Set<number>();
  if (job < 1) return repeating;
  for (const block of code.blocks) addRepeaters(block, repeating, (place) => has({ job, group: 0, place }));
  return repeating;
}

/** Adds those of a block: one after another until it is decoded, and then takes out again whoever it is decoded without. */
function addRepeaters(block: PlacedBlock, repeating: Set<number>, isThere: (place: number) => boolean): void {
  const { first, size } = block;
  const isDecoded = (): boolean =>
    block.decode(presentIn(block, (place) => repeating.has(place) || isThere(place))) !== null;
  for (let place = first; place < first + size && !isDecoded(); place++) if (!isThere(place)) repeating.add(place);
  // Anew after whoever was taken out: close to the largest amplification fewer answers may decode where more do not.
  let before: number;
  do {
    before = repeating.size;
    for (let place = first; place < first + size; place++) {
      if (repeating.delete(place) && !isDecoded()) repeating.add(place);
    }
  } while (repeating.size < before);
}
