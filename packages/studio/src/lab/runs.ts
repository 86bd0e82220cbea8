/**
 * Runs of the Lab: the same scene with several plans side by side, each with workers of its own.
 *
 * @module
 */
import { type ClientId, clientId, Fault, scorecardOf } from "@potluck/core";
import { checkFeasible, type Measurement, parseScenario, type Scenario, standingOf } from "@potluck/scenario";
import { type RunInSight, simulate } from "@potluck/simulator";
import type { Client, Scorecard } from "../api/answers.ts";
import { reasonsOf } from "../words/failures.ts";
import { digitsAt } from "./digits.ts";
import { type Gate, gate } from "./gate.ts";
import type { LabNews, LabProblem, LabRequest, LabSetup, Sight } from "./messages.ts";

/** So often the page hears of a run, and whatever else the thread has to do gets its turn. */
const SIGHT_MILLISECONDS = 250;

/** What runs. */
interface Running {
  readonly run: number;
  readonly stop: AbortController;
  readonly gate: Gate;
}

/** Answers requests with what `tell` is given. */
export function labRuns({ digits, threads }: LabSetup, tell: (news: LabNews) => void): (request: LabRequest) => void {
  const withDigits = digitsAt(digits);
  let running: Running | null = null;
  const end = (): void => {
    running?.stop.abort();
    running?.gate.open();
  };
  const begin = (request: LabRequest & { readonly kind: "run" }): void => {
    end();
    running = { run: request.run, stop: new AbortController(), gate: gate() };
    const workers = Math.max(1, Math.floor(threads / request.documents.length));
    for (const [plan, document] of request.documents.entries()) {
      void drive({ running, plan, document, seed: request.seed, workers, withDigits, tell });
    }
  };
  return (request) => {
    switch (request.kind) {
      case "open":
        return;
      case "check":
        return tell({ kind: "checked", check: request.check, problems: request.documents.map(problemIn) });
      case "run":
        return begin(request);
      case "pause":
        return running?.gate.shut();
      case "resume":
        return running?.gate.open();
      case "stop":
        return end();
    }
  };
}

function problemIn(document: unknown): LabProblem | null {
  try {
    checkFeasible(parseScenario(document, "the scenario"));
    return null;
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): LabProblem {
  if (error instanceof Fault) return { message: error.message, remedy: error.remedy };
  return { message: error instanceof Error ? error.message : String(error), remedy: "" };
}

interface Drive {
  readonly running: Running;
  readonly plan: number;
  readonly document: unknown;
  readonly seed: number;
  readonly workers: number;
  readonly withDigits: (scenario: Scenario) => Scenario;
  readonly tell: (news: LabNews) => void;
}

async function drive({ running, plan, document, seed, workers, withDigits, tell }: Drive): Promise<void> {
  const { run, stop } = running;
  const observer = observerOf(running, (sight) => tell({ kind: "seen", run, plan, sight }));
  try {
    const result = await simulate({
      scenario: withDigits(parseScenario(document, "the scenario")),
      seed,
      workers,
      signal: stop.signal,
      onProgress: ({ measurement }) => observer.measured(measurement),
      watch: observer.watch,
      wallClock: () => performance.now() / 1000,
    });
    observer.look();
    const { status, ended: reason, modelHash, wall, scorecard } = result;
    const failures = reasonsOf(result.failures);
    const { wallSeconds } = wall;
    tell({
      kind: "ended",
      run,
      plan,
      ending: { status, reason, failures, modelHash, scorecard: plainScores(scorecard), wallSeconds },
    });
  } catch (error) {
    tell({ kind: "failed", run, plan, problem: problemOf(error) });
  }
}

/** Who looks at a run from time to time. */
interface Observer {
  readonly measured: (measurement: Measurement) => void;
  readonly watch: (run: RunInSight) => void | Promise<void>;
  /** Tells how the run stands. */
  readonly look: () => void;
}

function observerOf({ gate: passage, stop }: Running, tell: (sight: Sight) => void): Observer {
  let seen: RunInSight | null = null;
  let measurements: Measurement[] = [];
  let told = 0;
  const look = (): void => {
    if (seen === null) return;
    tell({ ...sightOf(seen), measurements });
    measurements = [];
    told = performance.now();
  };
  return {
    look,
    measured: (measurement) => measurements.push(measurement),
    watch: (run) => {
      seen = run;
      if (!passage.isShut() && performance.now() - told < SIGHT_MILLISECONDS) return undefined;
      look();
      return passage.isShut() && !stop.signal.aborted ? passage.opened() : breath();
    },
  };
}

async function breath(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

const NOT_MEASURED = { secondsToTarget: null, clientAccuracies: [], accuracyPerClass: [] };

function sightOf({ now, machine }: RunInSight): Omit<Sight, "measurements"> {
  const { fleet, ledger } = machine;
  const clients = Array.from({ length: fleet.population }, (_, at) => clientOf(machine, clientId(at)));
  return { now, clients, scorecard: plainScores(scorecardOf(ledger, NOT_MEASURED, now)) };
}

function plainScores(scorecard: ReturnType<typeof scorecardOf>): Scorecard {
  return Object.fromEntries(Object.entries(scorecard).map(([enemy, scores]) => [enemy, { ...scores }]));
}

function clientOf(machine: RunInSight["machine"], id: ClientId): Client {
  const { online, task } = machine.fleet.client(id);
  const presence = { isAvailable: online, isConnected: online, isSending: false, isRevoked: false };
  // What a task began with is not known here.
  return { ...standingOf(machine, id), ...presence, device: "", task, version: null };
}
