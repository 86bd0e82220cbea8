/**
 * The display of a run on real devices: under the line of progress stands who is there and what each is at, rewritten while a person watches;
 * otherwise plain lines of progress now and then, with how many are there.
 *
 * @module
 */
import { counted, decimal, percent } from "@potluck/comparison";
import type { ClientId } from "@potluck/core";
import type { Progress, Scenario } from "@potluck/scenario";
import type { CoordinatedRun } from "@potluck/server";
import { textTable } from "../output/text-table.ts";
import type { Terminal } from "../terminal.ts";
import { progressLines } from "./progress.ts";

/** Shows how a run and its fleet are. */
export interface FleetDisplay {
  /** From now on the fleet is that of a run. */
  readonly watch: (run: Watched) => void;
  readonly show: (progress: Progress) => void;
  /** Leaves what was shown last standing. May be called twice. */
  readonly end: () => void;
}

/** A run, as far as it is shown. */
export type Watched = Pick<CoordinatedRun, "view" | "startClients" | "profiles">;

const MILLISECONDS = 250;

/** Of more clients than these only counts are shown. */
const MOST_SHOWN = 16;

/** The display for a run of `scenario`, after a line that says what is about to happen. */
export function fleetDisplay(scenario: Scenario, terminal: Terminal): FleetDisplay {
  const lines = progressLines(scenario, terminal, { clock: "wall" });
  const known: Known = { run: null, tiers: new Map(), progress: null, line: "" };
  let shown = 0;
  const draw = (): void => {
    const block = blockOf(known).map((line) => line.slice(0, terminal.columns - 1));
    terminal.err(`${shown === 0 ? "" : `\u001b[${shown}A`}\r\u001b[J${block.map((line) => `${line}\n`).join("")}`);
    shown = block.length;
  };
  const timer = terminal.interactive ? setInterval(draw, MILLISECONDS) : null;
  timer?.unref();
  let isOver = false;
  return {
    watch: (run) => {
      known.run = run;
      void tiersOf(run, known.tiers);
    },
    show: (progress) => {
      known.progress = progress;
      if (terminal.interactive) {
        known.line = lines.full(progress);
        return;
      }
      const line = lines.due(progress);
      if (line !== null) terminal.err(`${line}  ${presenceOf(known.run?.view)}\n`);
    },
    end: () => {
      if (isOver) return;
      isOver = true;
      if (timer === null) return;
      clearInterval(timer);
      draw();
    },
  };
}

interface Known {
  run: Watched | null;
  /** What kind of device each client is. */
  readonly tiers: Map<ClientId, string>;
  progress: Progress | null;
  line: string;
}

function blockOf({ run, tiers, progress, line }: Known): readonly string[] {
  if (run === null) return ["starting"];
  const { view, startClients } = run;
  const head =
    view.status.started === null ? `waiting for ${counted(startClients, "device")}: ${view.present.size} there` : line;
  return [head, "", ...fleetLines(run, tiers), ...scoresLines(progress)];
}

/** A row for each client, or how many are at what. */
function fleetLines(run: Watched, tiers: Map<ClientId, string>): readonly string[] {
  const { view } = run;
  const clients = [...view.members.values()].toSorted((a, b) => a - b);
  if (clients.length > MOST_SHOWN) return [presenceOf(view)];
  if (clients.some((client) => !tiers.has(client))) void tiersOf(run, tiers);
  const most = Math.max(1, ...view.accepted.values());
  return textTable(
    ["client", "device", "is", "answers taken"],
    clients.map((client) => [
      String(client),
      tiers.get(client) ?? "",
      stateOf(view, client),
      answersBar(view.accepted.get(client) ?? 0, most),
    ]),
  );
}

/** Asks a run what kinds of devices there are. Where it cannot be asked any more nothing is shown. */
async function tiersOf({ profiles }: Watched, tiers: Map<ClientId, string>): Promise<void> {
  try {
    for (const { client, tier } of await profiles()) tiers.set(client, tier);
  } catch {
    tiers.clear();
  }
}

const BAR = 24;

function answersBar(answers: number, most: number): string {
  return `${"█".repeat(Math.round((BAR * answers) / most))} ${answers}`;
}

function stateOf({ present, open }: Watched["view"], client: ClientId): string {
  if (!present.has(client)) return "away";
  return open.has(client) ? "at work" : "waiting";
}

/** How many are there, and how many of them have work. */
function presenceOf(view: Watched["view"] | undefined): string {
  if (view === undefined) return "";
  return `${view.present.size} of ${view.members.size} there, ${view.open.size} at work`;
}

/** The four enemies, as they stood when the model was measured last. */
function scoresLines(progress: Progress | null): readonly string[] {
  if (progress === null || progress.measurement.version === 0) return [];
  const { scores } = progress.measurement;
  const { clientsNeverUsed, participationFairness, stalenessP95, idleShare, contributionGap, wastedWorkShare } = scores;
  const line = [
    `starvation: ${clientsNeverUsed} never used, fairness ${decimal(participationFairness)}`,
    `delay: ${percent(idleShare)} idle, staleness ${decimal(stalenessP95)} (95%)`,
    `unfair share: ${percent(contributionGap)} gap, ${percent(wastedWorkShare)} wasted`,
  ].join("   ");
  return ["", line, ""];
}
