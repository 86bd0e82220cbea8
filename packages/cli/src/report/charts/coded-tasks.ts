/**
 * The tasks of a coded run by worker and round: who answered, whose answers were not waited for, and what was computed again.
 *
 * @module
 */
import { largest, counted, duration, percent } from "@potluck/comparison";
import { axisX, axisY, cell, dot, type PlotOptions } from "@observablehq/plot";
import { ROUNDS_NOTED_LIMIT } from "@potluck/core";
import { type Html, html } from "../html.ts";
import type { Report } from "../report.ts";
import { ALERT, type Figure, frame, INK, MAIN, MUTED, RULE, SECOND } from "./chart.ts";

type Tasks = NonNullable<Report["tasks"]>;
type Task = Tasks[number];

/** The most workers and rounds that are drawn: the first. */
const CODED_WORKERS_SHOWN_LIMIT = 64;
const CODED_ROUNDS_SHOWN_LIMIT = 60;

/** The chart of what became of each task. */
export function codedTasksChart({ tasks = [], waitedRounds = [], gradientAge }: Report): Figure {
  const shown = tasks.filter(
    ({ round, client }) => round <= CODED_ROUNDS_SHOWN_LIMIT && client < CODED_WORKERS_SHOWN_LIMIT,
  );
  const waited = waitedRounds.filter((round) => round <= CODED_ROUNDS_SHOWN_LIMIT);
  return {
    title: "Tasks by worker and round",
    note: [
      tasksText(tasks),
      waitText(waitedRounds, roundsIn(tasks)),
      ...ageTexts(gradientAge),
      ...undrawnTexts(tasks),
    ].join(" "),
    draw: shown.length === 0 ? null : (width) => plotOf({ shown, waited }, width),
    legend: legend(),
    data: {
      name: "tasks",
      columns: ["round", "worker", "jobs", "repeats", "standsIn", "fate", "assignedAt", "endedAt"],
      rows: tasks.map(({ round, client, jobs, repeats, standsIn, fate, assignedAt, endedAt }) => [
        round,
        client,
        jobs.join(" "),
        Number(repeats),
        Number(standsIn),
        fate,
        assignedAt,
        endedAt,
      ]),
    },
  };
}

function tasksText(tasks: Tasks): string {
  const share = (which: (task: Task) => boolean): string =>
    percent(tasks.length === 0 ? null : tasks.filter(which).length / tasks.length);
  const rounds = new Set(tasks.map(({ round }) => round)).size;
  const late = share(({ fate }) => fate === "late");
  const again = share(({ repeats, standsIn }) => repeats && !standsIn);
  const standIns = tasks.filter(({ standsIn }) => standsIn).length;
  return `In the first ${counted(rounds, "round")}, ${late} of ${counted(tasks.length, "task")} were not waited for, and ${again} computed again some of what had been missed; ${counted(standIns, "task")} stood in for another worker.`;
}

function waitText(waited: readonly number[], rounds: number): string {
  const which =
    rounds >= ROUNDS_NOTED_LIMIT ? `Of the first ${ROUNDS_NOTED_LIMIT} rounds, of which alone it is known, ` : "";
  if (waited.length === 0) return `${which === "" ? "No" : `${which}no`} round had to wait after its time was up.`;
  return `${which}${counted(waited.length, "round")} had to wait after ${waited.length === 1 ? "its" : "their"} time was up.`;
}

function roundsIn(tasks: Tasks): number {
  return largest(tasks.map(({ round }) => round));
}

function ageTexts(age: Report["gradientAge"]): readonly string[] {
  if (age === undefined) return [];
  const { versions, delay, models } = age;
  return [
    `Gradients are up to ${counted(versions, "version")} old, since the code has a delay of ${counted(delay, "round")}; none would be old with ${delay + 1} models side by side, instead of ${models}.`,
  ];
}

/** How many workers and rounds are not drawn. */
function undrawnTexts(tasks: Tasks): readonly string[] {
  const rounds = roundsIn(tasks);
  const workers = largest(tasks.map(({ client }) => client)) + 1;
  const undrawn = [
    { noun: "worker", all: workers, limit: CODED_WORKERS_SHOWN_LIMIT },
    { noun: "round", all: rounds, limit: CODED_ROUNDS_SHOWN_LIMIT },
  ].flatMap(({ noun, all, limit }) => (all > limit ? [`the last ${all - limit} of ${counted(all, noun)}`] : []));
  if (rounds >= ROUNDS_NOTED_LIMIT) undrawn.push("what came after them");
  return undrawn.length === 0 ? [] : [`Not drawn: ${undrawn.join(", and ")}.`];
}

/** What a cell is coloured by, in the order of the legend. */
const KINDS: readonly (readonly [name: string, colour: string, of: (task: Task) => boolean])[] = [
  ["not waited for", ALERT, ({ fate }) => fate === "late"],
  ["lost or refused", MUTED, ({ fate }) => fate === "lost" || fate === "refused"],
  ["out when the run ended", RULE, ({ fate }) => fate === "out"],
  ["answered, some of it computed again", SECOND, ({ repeats }) => repeats],
  ["answered", MAIN, () => true],
];

function colourOf(task: Task): string {
  return KINDS.find(([, , isOf]) => isOf(task))?.[1] ?? MAIN;
}

function legend(): Html {
  return html`<ul class="legend" aria-label="Colours of tasks">
    ${KINDS.map(([name, colour]) => html`<li style="--tier: ${colour}">${name}</li> `)}
    <li class="dot" style="--tier: ${INK}">stands in for another worker</li>
    <li class="wedge" style="--tier: ${INK}">the round had to wait</li>
  </ul>`;
}

interface Drawn {
  readonly shown: Tasks;
  /** The rounds that had to wait. */
  readonly waited: readonly number[];
}

function plotOf({ shown: tasks, waited }: Drawn, width: number): PlotOptions {
  const rounds = Math.max(...tasks.map(({ round }) => round));
  const workers = Math.max(...tasks.map(({ client }) => client)) + 1;
  // One cell for each worker and round: its own task there, or else the last in which it stood in for another.
  const own = tasks.filter(({ standsIn }) => !standsIn);
  const standIns = tasks.filter(({ standsIn }) => standsIn);
  const place = { x: "round", y: "client" } as const;
  return {
    ...frame,
    width,
    height: 60 + Math.max(120, Math.min(9 * workers, 440)),
    x: { domain: numbers(1, rounds), padding: 0.12 },
    y: { domain: numbers(0, workers - 1), padding: 0.12 },
    color: { type: "identity" },
    marks: [
      axisX({ label: "round", labelArrow: "none", ticks: spaced(1, rounds) }),
      axisY({ label: "worker", labelArrow: "none", ticks: spaced(0, workers - 1) }),
      cell(own, { ...place, fill: colourOf, title: titleOf }),
      dot(standIns, { ...place, r: 2, fill: INK, title: titleOf }),
      dot(waited, { ...WEDGE, x: (round: number) => round, title: (round: number) => `round ${round} had to wait` }),
    ],
  };
}

/** A mark that points down at a column, above all rows. */
const WEDGE = { symbol: "triangle", rotate: 180, r: 3, fill: INK, frameAnchor: "top", dy: -9 } as const;

/** A dozen of the whole numbers, evenly spaced. */
function spaced(first: number, last: number): readonly number[] {
  const step = Math.ceil((last - first + 1) / 12);
  return numbers(first, last).filter((number) => number % step === 0);
}

function numbers(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function titleOf({ round, client, jobs, repeats, standsIn, fate, assignedAt, endedAt }: Task): string {
  const what = standsIn ? "stands in for another" : repeats ? "computes again" : "computes";
  const took = endedAt === null ? "" : ` after ${duration(endedAt - assignedAt)}`;
  return `worker ${client}, round ${round}: ${what}, ${jobs.length === 1 ? "job" : "jobs"} ${jobs.join(", ")}; ${fate}${took}`;
}
