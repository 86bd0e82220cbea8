/**
 * Puts runs under fire until coordinators were killed often enough: `npm run chaos -- [kills] [seed]`, 200 and 1 unless given.
 *
 * It ends with status 1 where something that was acknowledged is lost, counts twice, or a replay comes to another model.
 *
 * @module
 */
import { chaosRun } from "./chaos-run.ts";

const [kills, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1)];
const KILLS_PER_RUN = 10;

let [killed, acknowledged, counted, runs, failed] = [0, 0, 0, 0, 0];
while (killed < kills) {
  const report = await chaosRun({ seed: seed + runs, kills: Math.min(KILLS_PER_RUN, kills - killed) });
  runs += 1;
  killed += report.kills;
  acknowledged += report.acknowledged;
  counted += report.counted;
  failed += report.problems.length === 0 ? 0 : 1;
  process.stdout.write(`${JSON.stringify(report)}\n`);
  // A run that ends before it was killed once would go on for ever.
  if (report.kills === 0) break;
}
process.stdout.write(
  `${runs} runs, the coordinator killed ${killed} times: ${counted} updates count, ${acknowledged} were acknowledged; ${failed} runs with problems\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
