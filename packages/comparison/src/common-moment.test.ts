import { measured, sampleArm, sampleOutcome, steadyArm } from "@potluck/testkit";
import type { Measurement, RunOutcome } from "@potluck/scenario";
import { describe, expect, test } from "vitest";
import { compareArms } from "./comparison.ts";
import { type CommonMoment, modelAt, sumAt, UNMEASURED } from "./common-moment.ts";
import { meanAndSpread, unmeasuredSentence } from "./words.ts";

const seconds = (end: number): CommonMoment => ({ place: ({ virtualSeconds }) => virtualSeconds, end });
const accuracy = ({ testAccuracy }: Measurement): number | null => testAccuracy;

describe("a run at a common moment", () => {
  // Every fifth version is measured: 0 at 0 s, 5 at 50 s, 10 at 100 s.
  const sparse = sampleOutcome([measured(0, 0, 0.1, 0), measured(5, 50, 0.5, 5), measured(10, 100, 0.9, 10)]);

  test("is read at its last measurement up to there, if that lies at half of it at least", () => {
    expect(modelAt(sparse, seconds(50), accuracy)).toBe(0.5);
    expect(modelAt(sparse, seconds(99), accuracy)).toBe(0.5);
    expect(sumAt(sparse, seconds(99), accuracy)).toBe(0.5);
    expect(modelAt(sparse, seconds(49), accuracy)).toBe(UNMEASURED);
    expect(sumAt(sparse, seconds(49), accuracy)).toBe(UNMEASURED);
  });

  test("has the model that was in force, however old, where no version was left out", () => {
    const dense = sampleOutcome([measured(0, 0, 0.1, 0), measured(1, 60, 0.5, 5)]);
    expect(modelAt(dense, seconds(59), accuracy)).toBe(0.1);
    expect(modelAt(dense, seconds(1000), accuracy)).toBe(0.5);
    expect(sumAt(dense, seconds(59), accuracy)).toBe(UNMEASURED);
  });

  test("that diverged after its last measurement has no number, which is no gap between measurements", () => {
    const diverged = sampleOutcome([measured(0, 0, 0.1, 0)], { versions: 15 });
    expect(modelAt(diverged, seconds(10), accuracy)).toBeNull();
    expect(modelAt(sampleOutcome([]), seconds(10), accuracy)).toBeNull();
  });
});

/** A run of 20 versions with so many updates each, measured as it is with `evaluateEvery` 15: at versions 0, 15 and 20. */
const ofCohort = (cohort: number): RunOutcome => {
  const measurements = [0, 15, 20].map((version) => {
    const { scores, ...rest } = measured(version, version, 0.5 + version / 100, version * cohort);
    const own = { ...scores, clientsNeverUsed: 100 - 3 * version, wastedWorkShare: version === 0 ? 0 : 0.1 };
    return { ...rest, updatesUsed: version * cohort, scores: own };
  });
  const [client] = sampleOutcome([]).clients;
  return sampleOutcome(measurements, { clients: client === undefined ? [] : [{ ...client, timesUsed: 20 * cohort }] });
};

test("a run that was measured at 0 and 150 of 120 updates is not measured there, and neither wins nor loses by it", () => {
  const [six, ten] = [ofCohort(6), ofCohort(10)];
  const comparison = compareArms([steadyArm("six", 9, six), steadyArm("ten", 9, ten)]);
  expect(comparison.ends).toMatchObject({ updates: 120, bytes: 120 });
  const read = comparison.rows.filter(({ metric: { moment } }) => moment === "updates" || moment === "bytes");
  expect(read).toHaveLength(10);
  for (const { metric, standings } of read) {
    const [first, second] = standings;
    expect(first?.reached).toBe(9);
    expect(second).toMatchObject({ reached: 0, mean: null, difference: null });
    expect(second === undefined ? "" : meanAndSpread(metric, second)).toBe("not measured");
  }
  expect(comparison.verdicts.flatMap(({ losses }) => losses)).toEqual([]);
  expect(unmeasuredSentence(comparison)).toContain("evaluateEvery");
});

describe("a run that heard nobody", () => {
  const [wasted, good] = [sampleOutcome([]).scorecard, ofCohort(6)];
  const stalled = sampleOutcome([measured(0, 0, 0.1, 0)], {
    status: "stalled",
    virtualSeconds: 3,
    clients: good.clients.map((client) => ({ ...client, timesUsed: 0 })),
    scorecard: { ...wasted, unfairShare: { ...wasted.unfairShare, wastedWorkShare: 1 } },
  });
  const comparison = compareArms([sampleArm("good", good), sampleArm("fine", ofCohort(7)), sampleArm("out", stalled)]);
  const cells = (key: string): readonly string[] =>
    comparison.rows
      .filter(({ metric }) => metric.key === key)
      .flatMap(({ metric, standings }) => standings.map((standing) => meanAndSpread(metric, standing)))
      .map((text) => text.replaceAll("\u00a0", " "));

  test("does not hold up the others: the common ends are theirs", () => {
    expect(comparison.ends).toMatchObject({ updates: 120, bytes: 120, virtualSeconds: 20 });
    expect(cells("clients-never-used")).toEqual(["40", "55", "none (0 of 1 seed)"]);
  });

  test("shows what it wasted, and the accuracy of the model that it never left", () => {
    expect(cells("wasted-work")).toEqual(["10.0%", "10.0%", "100%"]);
    expect(cells("accuracy-at-equal-time")).toEqual(["70.0%", "70.0%", "10.0%"]);
  });

  test("leaves nothing to compare at where all are like it", () => {
    expect(compareArms([sampleArm("a", stalled), sampleArm("b", stalled)]).ends).toMatchObject({ updates: 0 });
  });
});
