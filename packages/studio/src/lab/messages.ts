/**
 * What the page of the Lab and the worker that simulates say to one another: plain data.
 *
 * @module
 */
import type { OptionSpec } from "@potluck/core";
import type { Client, Measurement, Scorecard } from "../api/answers.ts";

/** What the worker is told first. */
export interface LabSetup {
  readonly kind: "open";
  /** The address below which the digits lie, with a slash at its end. */
  readonly digits: string;
  /** Threads that may train at the same time. */
  readonly threads: number;
}

/** What the page asks of the worker. */
export type LabRequest =
  | LabSetup
  /** Whether these scenario files can be run. */
  | { readonly kind: "check"; readonly check: number; readonly documents: readonly unknown[] }
  /** To run these scenario files side by side; whatever runs is ended. */
  | { readonly kind: "run"; readonly run: number; readonly documents: readonly unknown[]; readonly seed: number }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "stop" };

/** A part that plans and scenes can name. Options that make parts are left without what makes them. */
export interface LabPart {
  readonly room: string;
  readonly name: string;
  readonly about: string;
  readonly options: Readonly<Record<string, LabOption>>;
}

/** An option as it is described. */
export type LabOption =
  Exclude<OptionSpec, { readonly kind: "part" }> | { readonly kind: "part"; readonly about: string };

/** How a plan's run stands. */
export interface Sight {
  /** Seconds of virtual time. */
  readonly now: number;
  /** What was measured since the last sight. */
  readonly measurements: readonly Measurement[];
  readonly clients: readonly Client[];
  readonly scorecard: Scorecard;
}

/** How a plan's run has ended. */
export interface PlanEnding {
  readonly status: "finished" | "stalled" | "interrupted";
  readonly reason: string;
  /** Why tasks failed, in words, and how often each: the most frequent first. */
  readonly failures: readonly (readonly [why: string, times: number])[];
  /** SHA-256 of the last parameters, in hexadecimal. */
  readonly modelHash: string;
  /** With what is measured at the end alone. */
  readonly scorecard: Scorecard;
  readonly wallSeconds: number;
}

/** What is wrong, and what to do about it. */
export interface LabProblem {
  readonly message: string;
  readonly remedy: string;
}

/** What the worker tells. */
export type LabNews =
  | { readonly kind: "catalogue"; readonly parts: readonly LabPart[] }
  /** What is wrong with each of the scenario files; null for those that can be run. */
  | { readonly kind: "checked"; readonly check: number; readonly problems: readonly (LabProblem | null)[] }
  | { readonly kind: "seen"; readonly run: number; readonly plan: number; readonly sight: Sight }
  | { readonly kind: "ended"; readonly run: number; readonly plan: number; readonly ending: PlanEnding }
  | { readonly kind: "failed"; readonly run: number; readonly plan: number; readonly problem: LabProblem };
