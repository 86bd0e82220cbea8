/**
 * Ways to send less, as they are tried on a scenario.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { parseScenario } from "./parse.ts";
import type { PartEntry } from "./part-schema.ts";
import type { ScenarioFile } from "./scenario-schema.ts";

/** How models and updates travel. */
export interface Way {
  readonly name: string;
  readonly upload?: PartEntry;
  readonly feedback?: PartEntry;
  readonly download?: PartEntry;
}

/** A scenario whose models and updates travel in some way, or why they cannot. */
export type Candidate =
  { readonly name: string; readonly scenario: Scenario } | { readonly name: string; readonly why: string };

const kept: PartEntry = { name: "error-feedback" };
const float16: PartEntry = { name: "float16" };
const tenth: PartEntry = { name: "top-k", ratio: 0.1 };
const tenthInValues: PartEntry = { name: "fed-zip", ratio: 0.1, bits: 4 };
const changes = (codec: PartEntry): PartEntry => ({ name: "changes", codec: { ...codec } });

/** From what loses little to what loses much. */
const WAYS: readonly Way[] = [
  { name: "float16", upload: float16 },
  { name: "float16, both ways", upload: float16, download: changes(float16) },
  { name: "8 bits", upload: { name: "qsgd", bits: 8 } },
  { name: "4 bits", upload: { name: "qsgd", bits: 4 } },
  { name: "signs, kept", upload: { name: "sign" }, feedback: kept },
  { name: "a tenth, kept", upload: tenth, feedback: kept },
  { name: "a tenth in 16 values, kept", upload: tenthInValues, feedback: kept },
  {
    name: "a tenth in 16 values, kept, float16 down",
    upload: tenthInValues,
    feedback: kept,
    download: changes(float16),
  },
  {
    name: "a tenth in 16 values, kept, both ways",
    upload: tenthInValues,
    feedback: kept,
    download: changes(tenthInValues),
  },
  { name: "a hundredth, kept", upload: { name: "top-k", ratio: 0.01 }, feedback: kept },
];

/** The scenario of a file with each way to send less in place of its own, or why it cannot have it. */
export function candidatesOf(file: ScenarioFile, path: string): readonly Candidate[] {
  return WAYS.map(({ name, ...way }): Candidate => {
    const { feedback: _own, ...plan } = { feedback: undefined, ...file.plan };
    try {
      return { name, scenario: parseScenario({ ...file, plan: { ...plan, ...way } }, path) };
    } catch (error) {
      if (error instanceof Fault) return { name, why: error.message };
      throw error;
    }
  });
}
