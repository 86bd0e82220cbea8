import { measured, sampleArm, sampleOutcome, steadyArm } from "@potluck/testkit";
import { type Arm, titleOf, compareArms, bestOf, type Standing } from "@potluck/comparison";
import { describe, expect, test } from "vitest";
import { comparisonLines, comparisonObject } from "./comparison-lines.ts";

// The runs of "slow" end after 10, 12 and 14 s with 100 B, those of "fast" after 8 s with 200 B.
const slow = sampleArm(
  "slow",
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 4, 0.4, 50), measured(2, 10, 0.7, 100)]),
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 4, 0.5, 50), measured(2, 12, 0.8, 100)]),
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 9, 0.6, 50), measured(2, 14, 0.9, 100)]),
);
const fast = sampleArm(
  "fast",
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 5, 0.5, 100), measured(2, 8, 0.6, 200)]),
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 5, 0.7, 100), measured(2, 8, 0.9, 200)]),
  sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 5, 0.5, 101), measured(2, 8, 0.7, 200)]),
);
const comparison = compareArms([slow, fast]);

function standings(key: string, { rows } = comparison): readonly Standing[] {
  return rows.find(({ metric }) => metric.key === key)?.standings ?? [];
}

const plain = (lines: readonly string[]): string => lines.join("\n").replaceAll("\u00a0", " ");

test("the common ends are those of the run that ends first, in virtual time and in bytes", () => {
  expect(comparison.ends).toEqual({ virtualSeconds: 8, bytes: 100, updates: 4, target: null });
});

test("at equal virtual time every run has its last measurement up to there, without interpolation", () => {
  const [first, second] = standings("accuracy-at-equal-time");
  // slow at 8 s: versions measured at 4, 4 and 0 s; fast at 8 s: its ends
  expect(first?.values).toEqual([0.4, 0.5, 0.1]);
  expect(second?.values).toEqual([0.6, 0.9, 0.7]);
});

test("the difference is that of the pairs, by hand", () => {
  // 0.6 − 0.4, 0.9 − 0.5, 0.7 − 0.1 = 0.2, 0.4, 0.6: mean 0.4, s = 0.2, t(2) = 4.30265, half 4.30265 · 0.2/√3 = 0.49683
  const [first, second] = standings("accuracy-at-equal-time");
  expect(first?.difference).toBeNull();
  expect(second?.difference?.mean).toBeCloseTo(0.4, 12);
  expect(second?.difference?.low).toBeCloseTo(0.4 - 0.49683, 4);
  expect(second?.difference?.high).toBeCloseTo(0.4 + 0.49683, 4);
  expect(second?.mean).toBeCloseTo(2.2 / 3, 12);
  // deviations −0.4/3, 0.5/3, −0.1/3: squares sum to 0.42/9, s² = 0.21/9
  expect(second?.deviation).toBeCloseTo(Math.sqrt(0.21 / 9), 12);
});

test("at equal bytes as well: a measurement one byte too late does not count", () => {
  const [first, second] = standings("accuracy-at-equal-bytes");
  expect(first?.values).toEqual([0.7, 0.8, 0.9]);
  expect(second?.values).toEqual([0.5, 0.7, 0.1]);
});

// Nine seeds, 10 scores: 9 equal differences have p = 2 · 0.5^9 = 1/256 and, corrected, 10/256 = 0.039.
const nine = compareArms([
  steadyArm("slow", 9, slow.runs[0].outcome),
  steadyArm("fast", 9, { ...fast.runs[0].outcome, measurements: [measured(0, 0, 0.1, 0), measured(2, 8, 0.6, 200)] }),
]);

test("an arm loses to an enemy by a number in which another arm is better, which is not chance", () => {
  const [good, bad] = nine.verdicts;
  expect(good?.losses).toEqual([]);
  expect(bad?.losses).toMatchObject([
    { enemy: "bottleneck", metric: { key: "bytes-up" }, own: { mean: 100 }, best: { arm: "slow", mean: 50 } },
    { enemy: "bottleneck", metric: { key: "bytes-down" }, own: { mean: 100 }, best: { arm: "slow", mean: 50 } },
  ]);
});

test("three seeds decide nothing by differences that are all alike: one in four pairs of arms has them by chance", () => {
  expect(comparison.verdicts.flatMap(({ losses }) => losses)).toEqual([]);
});

test("four seeds are enough where a difference spreads little", () => {
  const using = (bytes: number): ReturnType<typeof sampleOutcome> =>
    sampleOutcome([measured(0, 0, 0.1, 0), measured(2, 8, 0.6, bytes)]);
  // sent by clients: 50, 51, 49 and 50.5 B more: mean 50.125, s = 0.854, t = 117 with 3 degrees of freedom
  const [first, ...others] = [200, 202, 198, 201].map(using);
  const dear = sampleArm("dear", first ?? using(200), ...others);
  expect(lost([steadyArm("cheap", 4, using(100)), dear])).toEqual([[], ["bytes-up", "bytes-down"]]);
});

test("one seed has no interval, and nothing is lost by it", () => {
  const { verdicts, rows } = compareArms([sampleArm("a", slow.runs[0].outcome), sampleArm("b", fast.runs[0].outcome)]);
  expect(verdicts.flatMap(({ losses }) => losses)).toEqual([]);
  expect(standings("accuracy", { ...comparison, rows })[1]?.difference).toMatchObject({ low: null, high: null });
});

/** An arm whose seeds reach the accuracy 0.65 after so many seconds, or never. */
const reaching = (name: string, ...seconds: readonly (number | null)[]): ReturnType<typeof sampleArm> => {
  const [first, ...others] = seconds.map((at) =>
    sampleOutcome([measured(0, 0, 0.1, 0), measured(1, at ?? 50, at === null ? 0.5 : 0.7, 100)], {
      targetAccuracy: 0.65,
    }),
  );
  return sampleArm(name, first ?? sampleOutcome([]), ...others);
};
const lost = (arms: Parameters<typeof compareArms>[0]): readonly (readonly string[])[] =>
  compareArms(arms).verdicts.map(({ losses }) => losses.map(({ metric }) => metric.key));

describe("the target", () => {
  test("is reached by some seeds: the mean is theirs, and the difference that of the seeds on which both reach it", () => {
    const arms = compareArms([reaching("a", 10, 20, null, 40), reaching("b", 14, null, 30, 48)]);
    // over the seeds 1 and 4: 4 and 8, mean 6, s = 4/√2, half 12.706 · 2 = 25.4
    const [, second] = standings("time-to-target", arms);
    expect(second).toMatchObject({ values: [14, null, 30, 48], reached: 3, difference: { mean: 6, pairs: 2 } });
    expect(second?.mean).toBeCloseTo(92 / 3, 12);
    const lines = plain(comparisonLines(arms));
    expect(lines).toMatch(
      /delay +time to target +at 65\.0% +23\.3 s ± 15\.3 s \(3 of 4 seeds\) +30\.7 s ± 17 s \(3 of 4/,
    );
  });

  test("that an arm never reaches is lost to delay and bottleneck, though no time can be compared", () => {
    // 12 scores, p = 2 · 0.5^9 = 1/256 for each: corrected 12/256 = 0.047
    const none = Array.from({ length: 9 }, () => null);
    const arms = [reaching("never", ...none), reaching("late", 10, 20, 40, 10, 20, 40, 10, 20, 40)] as const;
    expect(lost(arms)).toEqual([["time-to-target", "bytes-to-target"], []]);
    expect(standings("time-to-target", compareArms(arms))).toMatchObject([
      { reached: 0, mean: null },
      { reached: 9, difference: null },
    ]);
    expect(plain(comparisonLines(compareArms(arms)))).toContain(
      "never  delay (time to target never (0 of 9 seeds), late 23.3 s)",
    );
  });

  test("is won by the arm that reaches it on more seeds, not by the one that is faster when it does", () => {
    const [none, all] = [Array.from({ length: 11 }, () => null), Array.from({ length: 11 }, () => 40)];
    const arms = compareArms([reaching("lucky", 5, ...none), reaching("steady", 41, ...all)]);
    // 1 of 12 against 12 of 12: 11 seeds differ, all one way: p = 2 · 0.5^11 = 1/1024, and corrected 12/1024
    expect(lost(arms.arms)).toEqual([["time-to-target", "bytes-to-target"], []]);
    const [row] = arms.rows.filter(({ metric }) => metric.key === "time-to-target");
    expect(row === undefined ? undefined : bestOf(row.metric, row.standings)?.arm).toBe("steady");
  });

  test("that is missed on one seed of five, or on both of two, may be chance", () => {
    expect(lost([reaching("a", 10, 10, 10, 10, null), reaching("b", 10, 10, 10, 10, 10)])).toEqual([[], []]);
    expect(lost([reaching("a", null, null), reaching("b", 10, 10)])).toEqual([[], []]);
  });

  test("that nobody reaches is said of everyone, and of one seed nothing is decided", () => {
    const nobody = compareArms([reaching("a", null), reaching("b", null)]);
    expect(plain(comparisonLines(nobody))).toMatch(/time to target +at 65\.0% +never \(0 of 1 seed\) +never/);
    expect(lost([reaching("a", null), reaching("b", 10)])).toEqual([[], []]);
  });

  test("is not compared where runs had another one", () => {
    const other = sampleArm("b", sampleOutcome(fast.runs[0].outcome.measurements, { targetAccuracy: 0.5 }));
    const { ends, rows } = compareArms([reaching("a", 10), other]);
    expect(ends.target).toBeNull();
    expect(rows.filter(({ metric }) => metric.moment === "target")).toEqual([]);
  });
});

describe("what adds up over a run", () => {
  /** A run of versions of two updates each, that has never used so many clients after each of them. */
  const starving = (...neverUsed: readonly number[]): ReturnType<typeof sampleOutcome> => {
    const measurements = neverUsed.map((clientsNeverUsed, version) => {
      const measurement = measured(version, version, 0.5, version);
      const contributionGap = clientsNeverUsed / 10;
      return { ...measurement, scores: { ...measurement.scores, clientsNeverUsed, contributionGap } };
    });
    const [client] = slow.runs[0].outcome.clients;
    const timesUsed = 2 * (neverUsed.length - 1);
    return sampleOutcome(measurements, { clients: client === undefined ? [] : [{ ...client, timesUsed }] });
  };

  test("is compared at equal updates: a longer run does not win because it is longer", () => {
    const [long, short] = [starving(9, 7, 5, 3, 1), starving(9, 7, 5)];
    const { ends, rows } = compareArms([sampleArm("long", long, long), sampleArm("short", short, short)]);
    expect(ends.updates).toBe(4);
    const [first, second] = standings("clients-never-used", { ...comparison, rows });
    expect([first?.values, second?.values]).toEqual([
      [5, 5],
      [5, 5],
    ]);
    expect(lost([sampleArm("long", long, long), sampleArm("short", short, short)])).toEqual([[], []]);
  });

  test("is lost by the arm that has fed fewer clients with the same updates", () => {
    const [fair, unfair] = [starving(9, 7, 5), starving(9, 8, 7, 6, 5)];
    const [, losses] = lost([steadyArm("fair", 9, fair), steadyArm("unfair", 9, unfair)]);
    expect(losses).toEqual(["clients-never-used", "contribution-gap"]);
  });

  test("says nothing of voices while no update was used", () => {
    const nothing = starving(9);
    const { rows } = compareArms([sampleArm("a", nothing), sampleArm("b", starving(9, 7))]);
    expect(standings("contribution-gap", { ...comparison, rows }).map(({ values }) => values)).toEqual([[null], [0.7]]);
    expect(standings("clients-never-used", { ...comparison, rows }).map(({ values }) => values)).toEqual([[null], [7]]);
  });
});

test("objective bias is a number of its own only where it is not the contribution gap", () => {
  expect(standings("objective-bias")).toEqual([]);
  const { scorecard, measurements } = slow.runs[0].outcome;
  const bias = (scorecard.unfairShare.contributionGap ?? 0) + 0.1;
  const other = sampleOutcome(measurements, { effectiveObjective: { clients: [], bias, effectiveClients: 3 } });
  const { rows } = compareArms([sampleArm("a", slow.runs[0].outcome), sampleArm("b", other)]);
  expect(standings("objective-bias", { ...comparison, rows }).map(({ values }) => values)).toEqual([[0.25], [0.25]]);
});

describe("losses of different kinds", () => {
  const { measurements } = slow.runs[0].outcome;
  const trainedFor = (name: string, options: Readonly<Record<string, number>>, changes = {}): Arm =>
    sampleArm(
      `${name}${Object.values(options).join("")}`,
      sampleOutcome(measurements, { parts: [{ room: "loss", name, options }], ...changes }),
    );
  const [squared, huber] = [trainedFor("mean-squared-error", {}), trainedFor("huber", { delta: 1 })];

  test("are not compared, at any moment, and that is said", () => {
    const compared = compareArms([squared, huber]);
    expect(compared.rows.filter(({ metric }) => metric.name === "loss")).toEqual([]);
    const text = plain(comparisonLines(compared));
    expect(text).toContain("Arms of the same seed differ in loss:");
    expect(text).toContain("Losses of different kinds are not comparable.");
    expect(text.match(/^ {2}huber1 +70\.0%.* not comparable$/gm)).toHaveLength(3);
    expect(comparisonObject(compared)["notComparable"]).toEqual(["loss-at-equal-time", "loss-at-equal-bytes", "loss"]);
  });

  test("are those of one kind with different options, too", () => {
    expect(compareArms([huber, trainedFor("huber", { delta: 2 })]).incomparable).toHaveLength(3);
    expect(compareArms([huber, trainedFor("huber", { delta: 1 })]).incomparable).toEqual([]);
    expect(comparison.incomparable).toEqual([]);
  });

  test("have no target in common, though the number is the same", () => {
    const target = { targetLoss: 0.5 };
    const [one, other] = [trainedFor("huber", { delta: 1 }, target), trainedFor("mean-squared-error", {}, target)];
    expect(compareArms([one, other]).ends.target).toBeNull();
    expect(compareArms([one, one]).ends.target).toEqual(target);
  });
});

test("the tables on the terminal", () => {
  const text = plain(comparisonLines(comparison));
  expect(text).toContain("2 arms, 3 seeds (1, 2, 3). For each seed all arms share data, partition, fleet and first");
  expect(text).toContain("at equal virtual time: 8 s (virtual)");
  expect(text).toMatch(/fast +73\.3% ± 15\.3% +\+40\.0 points \(−9\.7 to \+89\.7\) +0\.267 ± 0\.153 +−0\.4/);
  expect(text).toContain("at equal bytes: 100 B both ways");
  expect(text).toContain("fast  none");
  expect(plain(comparisonLines(nine))).toContain(
    "fast  bottleneck (sent by clients 100 B, slow 50 B; sent to clients 100 B, slow 50 B)",
  );
});

test("the object for programs has every number with the values of all seeds", () => {
  expect(comparisonObject(comparison)).toMatchObject({
    seeds: [1, 2, 3],
    arms: [{ name: "slow", runs: ["slow-1", "slow-2", "slow-3"] }, { name: "fast" }],
    ends: { virtualSeconds: 8, bytes: 100 },
    numbers: expect.arrayContaining([expect.objectContaining({ key: "idle-time", moment: "updates" })]),
    losses: [{ losses: [] }, { losses: [] }],
  });
  expect(comparisonObject(nine)).toMatchObject({
    losses: [
      { losses: [] },
      {
        losses: [
          { key: "bytes-up", mean: 100, reached: 9, bestMean: 50, probability: 10 / 256 },
          { key: "bytes-down" },
        ],
      },
    ],
  });
});

test("few arms are the title, of many it says how many and of what", () => {
  expect(titleOf([slow, fast])).toBe("slow, fast");
  const [first, ...others] = Array.from({ length: 9 }, (_, at) => ({ ...slow, name: `learningRate=0.${at}` }));
  expect(titleOf([first ?? slow, ...others])).toBe("9 arms of sample");
});
