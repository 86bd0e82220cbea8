/**
 * The report of a run of a coordinator, made when somebody asks for it.
 *
 * @module
 */
import { parseScenario, type RunResult } from "@potluck/scenario";
import type { RunRecord } from "@potluck/server";
import { renderReport } from "../report/render-report.ts";
import { reportOf } from "./report-of.ts";

/** The report as a page, by the renderer of all reports. */
export async function hostedReport({ id, name, document, seed }: RunRecord, result: RunResult): Promise<string> {
  const { title = name } = parseScenario(JSON.parse(document), name);
  const command = `npx potluck serve <scenario> --seed ${seed}`;
  return renderReport(reportOf({ run: id, title, result, command, wallSeconds: new Map(), fileBytes: {} }));
}
