import { expect, test } from "vitest";
import type { ReportClient } from "../report.ts";
import { clients, sampleReport } from "../sample-report.ts";
import { participationChart } from "./participation.ts";

/** Clients with so many tasks, some used, some of them out at the end. */
function noteOf(...given: readonly Pick<ReportClient, "timesAsked" | "timesUsed" | "isAtWork">[]): string {
  const some = clients(given.length).map((client, at) => ({ ...client, ...given[at] }));
  return participationChart(sampleReport({ clients: some })).note;
}

test("work that the end of the run cut off is not counted among what was not used, but named", () => {
  const note = noteOf({ timesAsked: 5, timesUsed: 3, isAtWork: true }, { timesAsked: 2, timesUsed: 1, isAtWork: true });
  expect(note).toBe(
    "Every client was used at least once. The pale part of a bar is work that was asked for and not used: 1 of 5 tasks, and 2 tasks that were out when the run ended.",
  );
});

test("one task that was given as the run ended is no work that came to nothing", () => {
  const note = noteOf(
    { timesAsked: 1, timesUsed: 0, isAtWork: true },
    { timesAsked: 1, timesUsed: 1, isAtWork: false },
  );
  expect(note).toContain("asked for and not used: 0 of 1 task, and 1 task that was out when the run ended.");
});
