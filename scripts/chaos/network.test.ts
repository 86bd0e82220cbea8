import { expect, test } from "vitest";
import { type FarAwayReport, type FarAwayRequest, farAwayRun } from "./far-away.ts";

/** Runs two versions of a model of 30,000 parameters, 120 kB: all updates have to count. */
async function ran(changes: Pick<FarAwayRequest, "link" | "disturb">): Promise<FarAwayReport> {
  const report = await farAwayRun({ hidden: 3300, versions: 2, ...changes });
  expect(report.timesUsed).toEqual([2, 2]);
  return report;
}

test("over links of 300 ms, 5% loss and 1 Mbit/s a run ends, and little more goes up than its updates", async () => {
  const link = { latencySeconds: 0.3, lossShare: 0.05, bytesPerSecond: 125_000 };
  expect((await ran({ link })).upShare).toBeLessThan(1.1);
}, 120_000);

test("uploads that are cut in the middle go on where they broke off", async () => {
  let cuts = 0;
  const { upShare } = await ran({
    link: { latencySeconds: 0.01, bytesPerSecond: 100_000 },
    disturb: async (run, link) => {
      while (run.view.ended === null) {
        await pause(300);
        // Within the upload of an answer, which is four times as long.
        if (cuts < 6 && link.connections() > 0) {
          cuts += 1;
          link.cut(30_000);
        }
      }
    },
  });
  expect(cuts).toBeGreaterThan(2);
  // What is on its way when a link breaks is lost, and no more than that.
  expect(upShare).toBeLessThan(1.5);
}, 120_000);

test("a link that is parted for a while comes back", async () => {
  const { upShare } = await ran({
    link: { latencySeconds: 0.01, bytesPerSecond: 200_000 },
    disturb: async (_, link) => {
      await pause(700);
      link.partition(2);
    },
  });
  expect(upShare).toBeLessThan(1.5);
}, 120_000);

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
