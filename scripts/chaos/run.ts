/**
 * Puts runs under fire: `npm run chaos -- [kills] [seed]` until coordinators were killed often enough, 200 and 1 unless given;
 * `npm run chaos -- disk [times] [seed]` with a disk that is full so often, 10 unless given; `npm run chaos -- network` over the worst
 * links.
 *
 * It ends with status 1 where something that was acknowledged is lost, counts twice, a replay comes to another model, or uploads begin anew.
 *
 * @module
 */
import { chaosRun } from "./chaos-run.ts";
import { worstLinks } from "./far-away.ts";
import { fullDiskRun } from "./full-disk.ts";
import { smallDisk } from "./small-disk.ts";

const KILLS_PER_RUN = 10;
const FULL_PER_RUN = 5;
/** What goes up, as a share of the updates, where uploads go on in place of beginning anew. */
const MOST_UP = 1.5;

const [what, ...numbers] = process.argv.slice(2);
if (what === "network") await network();
else if (what === "disk") await disks(Number(numbers[0] ?? 10), Number(numbers[1] ?? 1));
else await killed(Number(what ?? 200), Number(numbers[0] ?? 1));

async function killed(kills: number, seed: number): Promise<void> {
  let [done, acknowledged, counted, runs, failed] = [0, 0, 0, 0, 0];
  while (done < kills) {
    const report = await chaosRun({ seed: seed + runs, kills: Math.min(KILLS_PER_RUN, kills - done) });
    runs += 1;
    done += report.kills;
    acknowledged += report.acknowledged;
    counted += report.counted;
    failed += report.problems.length === 0 ? 0 : 1;
    say(report);
    // A run that ends before it was killed once would go on for ever.
    if (report.kills === 0) break;
  }
  const updates = `${counted} updates count, ${acknowledged} were acknowledged`;
  end(failed, `${runs} runs, the coordinator killed ${done} times: ${updates}; ${failed} runs with problems`);
}

async function disks(times: number, seed: number): Promise<void> {
  let [filled, ended, runs, failed] = [0, 0, 0, 0];
  while (filled < times) {
    const disk = await smallDisk();
    if (typeof disk === "string") return end(0, `left out: ${disk}`);
    try {
      const report = await fullDiskRun({ seed: seed + runs, times: Math.min(FULL_PER_RUN, times - filled), disk });
      runs += 1;
      filled += report.filled;
      ended += report.ended;
      failed += report.problems.length === 0 ? 0 : 1;
      say(report);
      if (report.filled === 0) break;
    } finally {
      await disk.close();
    }
  }
  end(failed, `${runs} runs, the disk full ${filled} times, of which ended ${ended}; ${failed} runs with problems`);
}

async function network(): Promise<void> {
  const report = await worstLinks();
  say(report);
  const isSound = report.upShare < MOST_UP && new Set(report.timesUsed).size === 1;
  end(isSound ? 0 : 1, `${report.upShare.toFixed(2)} times the bytes of the updates went up`);
}

function say(report: object): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function end(failed: number, line: string): void {
  process.stdout.write(`${line}\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
