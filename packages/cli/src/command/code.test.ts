import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { say, written } from "../sample-command.ts";

/** A file of times: 12 workers, 24 rounds, at some load; worker r of round r is slow. */
async function timesFile(load: number | null, slow: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "potluck-code-"));
  const file = join(folder, "times.json");
  const seconds = Array.from({ length: 24 }, (_, round) =>
    Array.from({ length: 12 }, (__, worker) => (worker === (5 * round) % 12 ? slow : 1) + 2 * (load ?? 1 / 12)),
  );
  await writeFile(file, JSON.stringify({ ...(load !== null && { normalised_load: load }), seconds }));
  return file;
}

test("a code is chosen for workers that are slow in turn, and told with what it takes on other rounds", async () => {
  const { exitCode, out } = await say("code", "tune", await timesFile(0, 6), "--seconds-per-load", "2");
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^uncoded +0\.25 +0\.0833 +0 +6\.17 s +6\.17 s +100% +100%$/m);
  expect(out).toMatch(
    /^(Plain gradient-coding \(tolerated \d+\) is enough|Use (sr|m)-sgc \(.*\)): \d+\.\d% of the time is saved/m,
  );
});

test("a file that does not say its load is of rounds without a code, or of what one is told", async () => {
  const file = await timesFile(null, 6);
  const { out } = await say("code", "tune", file, "--seconds-per-load", "2");
  expect(out).toContain("recorded at a load of 0.0833, as without a code: the file does not say (--load)");
  expect(out).toMatch(/^uncoded +0\.25 +0\.0833 +0 +6\.17 s +6\.17 s/m);
  const told = await say("code", "tune", file, "--seconds-per-load", "2", "--load", "0");
  expect(told.out).toMatch(/^recorded at a load of 0$/m);
  expect(told.out).toMatch(/^uncoded +0\.25 +0\.0833 +0 +6\.33 s +6\.33 s/m);
  expect((await say("code", "tune", file, "--load", "2")).err).toContain("It must be a number from 0 to 1");
});

test("where nobody is slow it is said not to code", async () => {
  const { out } = await say("code", "tune", await timesFile(0, 1), "--seconds-per-load", "2");
  expect(out).toContain("Do not code: without a code a job is expected to take no longer.");
  const { out: json } = await say("code", "tune", await timesFile(0, 1), "--seconds-per-load", "2", "--json");
  expect(JSON.parse(json)).toHaveProperty("advice", "do-not-code");
});

test("what a load costs is read from files of different loads, and programs are told all of it", async () => {
  const files = [await timesFile(0.5, 6), await timesFile(0, 6)];
  const { out } = await say("code", "tune", ...files, "--json");
  const told: unknown = JSON.parse(out);
  expect(told).toMatchObject({ secondsPerLoad: expect.closeTo(2, 9), slowness: "adds", load: 0 });
  expect(told).toHaveProperty("best.coding.name");
  expect(told).toHaveProperty("advice", "code");
});

/** Times in seconds as CSV: twelve workers, twenty rounds at each load; a worker in turn has four times the work, or four seconds of delay. */
function timesOf(loads: readonly number[], slowness: "adds" | "multiplies"): string {
  const lines = loads.flatMap((load) =>
    Array.from({ length: 20 }, (_, round) => {
      const times = Array.from({ length: 12 }, (__, worker) => {
        const isSlow = worker === (5 * round) % 12;
        return slowness === "adds" ? 1 + 6 * load + (isSlow ? 4 : 0) : 1 + 6 * load * (isSlow ? 5 : 1);
      });
      return [load, ...times].join(",");
    }),
  );
  return [["load", ...Array.from({ length: 12 }, (_, worker) => `worker ${worker}`)].join(","), ...lines].join("\n");
}

test.each([
  ["adds", "slow networks", "0.25"],
  ["multiplies", "slow processors", "0.5"],
] as const)("rounds at two loads in one file show that slowness %s", async (slowness, who, load) => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-code-"));
  const file = await written(folder, "times.csv", timesOf([0.5, 0.25], slowness));
  const { out } = await say("code", "tune", file);
  expect(out).toContain(`slowness ${slowness === "adds" ? "adds to" : "multiplies"} the time of work, as ${who} do`);
  expect(out).toMatch(/: that foretells rounds held out to \S+ s, that it (adds|multiplies) to \S+ s$/m);
  expect(out).toMatch(new RegExp(`^recorded at a load of ${load}$`, "m"));
  const { out: json } = await say("code", "tune", file, "--json");
  expect(JSON.parse(json)).toMatchObject({ slowness, slownessIsAssumed: false, load: Number(load) });
  // What is said counts for more than what rounds show.
  const other = slowness === "adds" ? "multiplies" : "adds";
  expect((await say("code", "tune", file, "--slowness", other)).out).toContain("do: as you say (--slowness)");
});

test("of one load it is assumed that slowness adds, and said so; a code pays less where it multiplies", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-code-"));
  const file = await written(folder, "times.csv", timesOf([1 / 12], "multiplies"));
  const adding = await say("code", "tune", file, "--seconds-per-load", "6");
  expect(adding.out).toContain(
    "slowness adds to the time of work, as slow networks do: assumed, since there are no two",
  );
  // Where everybody is waited for, a code costs who is slow five times what it costs the others: 1 + 5 · 6/6 s, or 3.5 + 6/12.
  const heldOut = async (slowness: string): Promise<unknown> => {
    const line = ["code", "tune", file, "--seconds-per-load", "6", "--patience", "9", "--slowness", slowness, "--json"];
    const told = z
      .object({ kinds: z.array(z.object({ heldOut: z.number() })) })
      .parse(JSON.parse((await say(...line)).out));
    return told.kinds[1]?.heldOut;
  };
  expect(await heldOut("multiplies")).toBeCloseTo(6, 9);
  expect(await heldOut("adds")).toBeCloseTo(4, 9);
});

test("what to write into the plan is told where a code pays, and nowhere else", async () => {
  const { out } = await say("code", "tune", await timesFile(0, 6), "--seconds-per-load", "2", "--patience", "0.5");
  expect(out).toMatch(/^in the plan:\n {2}"coding": \{"name":"[a-z-]+","[a-z]+":\d+.*\}, "patience": 0\.5$/m);
  expect((await say("code", "tune", await timesFile(0, 1), "--seconds-per-load", "2")).out).not.toContain(
    "in the plan",
  );
});

test("times of nothing are refused: no share of them can be saved", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-code-"));
  const file = await written(folder, "times.csv", Array.from({ length: 12 }, () => "0,0,0").join("\n"));
  const { exitCode, err } = await say("code", "tune", file, "--seconds-per-load", "0");
  expect(exitCode).toBe(1);
  expect(err).toContain("the first half of the rounds takes no time");
});

test("of one load nothing can be read, and what is malformed is named", async () => {
  const file = await timesFile(0, 1);
  const { exitCode, err } = await say("code", "tune", file);
  expect(exitCode).not.toBe(0);
  expect(err).toContain("Give --seconds-per-load");
  await writeFile(file, '{ "normalised_load": 3, "seconds": [[1]] }');
  expect((await say("code", "tune", file, "--seconds-per-load", "1")).err).toContain("normalised_load must be");
  expect((await say("code", "tune", file, "--seconds-per-load", "x")).err).toContain("It must be a number");
});
