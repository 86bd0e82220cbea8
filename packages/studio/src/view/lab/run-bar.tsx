/**
 * Run, pause, end.
 *
 * @module
 */
import type { JSX } from "preact";
import { isGoingOn, type Lab } from "../../state/lab.ts";

/** The buttons, and a sentence about how it stands. */
export function RunBar({ lab }: { readonly lab: Lab }): JSX.Element {
  const run = lab.run.value;
  const isRunning = run !== null && isGoingOn(run);
  const isSound = lab.problems.value.every((problem) => problem === null);
  const isPaused = run?.isPaused === true;
  return (
    <div class="run-bar">
      {!isRunning && (
        <button type="button" class="primary" disabled={!isSound} onClick={lab.start}>
          {run === null ? "Run" : "Run again"}
        </button>
      )}
      {!isRunning && run !== null && (
        <button type="button" disabled={!isSound} onClick={() => runWithNextSeed(lab)}>
          Run with another seed
        </button>
      )}
      {isRunning && (
        <>
          <button type="button" class="primary" onClick={isPaused ? lab.resume : lab.pause}>
            {isPaused ? "Go on" : "Pause"}
          </button>
          <button type="button" onClick={lab.stop}>
            End it
          </button>
        </>
      )}
      <p role="status">{sentence(lab)}</p>
    </div>
  );
}

function runWithNextSeed({ choice, start }: Lab): void {
  choice.value = { ...choice.value, seed: choice.value.seed + 1 };
  start();
}

function sentence({ run, problems }: Lab): string {
  if (problems.value.some((problem) => problem !== null)) return "A plan cannot be run as it is: see above.";
  if (run.value === null) return "Training begins when you say so. It loads about 14 MB once: what it trains with.";
  if (!isGoingOn(run.value)) return "It is over.";
  if (run.value.isPaused) return "Paused. What devices have begun they finish.";
  return run.value.plans.some(({ measurements }) => measurements.length > 0) ? "Training …" : "Getting ready …";
}
