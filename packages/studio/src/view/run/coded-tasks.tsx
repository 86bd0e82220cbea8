/**
 * The tasks of a coded run by worker and round.
 *
 * @module
 */
import type { JSX } from "preact";
import type { CodedTask } from "../../api/history.ts";

const KINDS: readonly (readonly [kind: string, words: string, isOf: (task: CodedTask) => boolean])[] = [
  ["late", "not waited for", ({ fate }) => fate === "late"],
  ["lost", "lost or refused", ({ fate }) => fate === "lost" || fate === "refused"],
  ["out", "out", ({ fate }) => fate === "out"],
  ["again", "answered, some of it computed again", ({ repeats }) => repeats],
  ["answered", "answered", () => true],
];

function kindOf(task: CodedTask): string {
  return KINDS.find(([, , isOf]) => isOf(task))?.[0] ?? "answered";
}

const CELL = 14;
const GAP = 2;
const LEFT = 34;
const TOP = 6;

/** The section of coded tasks. */
export function CodedTasks({ tasks }: { readonly tasks: readonly CodedTask[] }): JSX.Element {
  const rounds = tasks.reduce((most, { round }) => Math.max(most, round), 0);
  const workers = tasks.reduce((most, { worker }) => Math.max(most, worker + 1), 0);
  const height = TOP + workers * CELL;
  const late = tasks.filter(({ fate }) => fate === "late").length;
  return (
    <section aria-labelledby="coded">
      <h2 id="coded">Tasks by worker and round</h2>
      <ul class="legend">
        {KINDS.map(([kind, words]) => (
          <li key={kind} class={`task-${kind}`}>
            {words}
          </li>
        ))}
        <li class="plain">a dot: it stands in for another worker</li>
      </ul>
      <div class="wide" tabIndex={0} role="group" aria-label="Tasks by worker and round">
        <svg
          class="coded"
          style={{ width: `${LEFT + Math.max(12, rounds) * CELL}px` }}
          viewBox={`0 0 ${LEFT + Math.max(12, rounds) * CELL} ${height + 22}`}
          role="img"
          aria-label={`${tasks.length} tasks of ${workers} workers in ${rounds} rounds, ${late} of which were not waited for.`}
        >
          {tasks.filter(({ standsIn }) => !standsIn).map(cellOf)}
          {tasks.filter(({ standsIn }) => standsIn).map(dotOf)}
          {spaced(0, workers - 1).map((worker) => (
            <text
              key={worker}
              x={LEFT - 6}
              y={TOP + (worker + 0.5) * CELL}
              text-anchor="end"
              dominant-baseline="middle"
            >
              {worker}
            </text>
          ))}
          {spaced(1, rounds).map((round) => (
            <text key={round} x={LEFT + (round - 0.5) * CELL} y={height + 16} text-anchor="middle">
              {round}
            </text>
          ))}
        </svg>
      </div>
    </section>
  );
}

function cellOf(task: CodedTask): JSX.Element {
  const { round, worker, fate } = task;
  const side = CELL - GAP;
  return (
    <rect
      key={`${round}-${worker}`}
      class={`task-${kindOf(task)}`}
      x={LEFT + (round - 1) * CELL}
      y={TOP + worker * CELL}
      width={side}
      height={side}
    >
      <title>{`worker ${worker}, round ${round}: ${fate}`}</title>
    </rect>
  );
}

function dotOf({ round, worker }: CodedTask, at: number): JSX.Element {
  return (
    <circle
      key={`dot-${at}`}
      class="stand-in"
      cx={LEFT + (round - 0.5) * CELL - GAP / 2}
      cy={TOP + (worker + 0.5) * CELL - GAP / 2}
      r={2.5}
    />
  );
}

/** About eight of the whole numbers, evenly spaced. */
function spaced(first: number, last: number): readonly number[] {
  const step = Math.max(1, Math.ceil((last - first + 1) / 8));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at).filter((n) => n % step === 0);
}
