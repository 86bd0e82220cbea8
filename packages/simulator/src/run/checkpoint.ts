/**
 * Checkpoints: a simulation as bytes, from which it goes on to the identical result. The last of the bytes are the SHA-256 of
 * all others, so that damage anywhere is noticed.
 *
 * @module
 */
import {
  type ClientId,
  decodePlain,
  encodePlain,
  Fault,
  ownState,
  type PartReference,
  type Seconds,
  type TaskNotes,
} from "@potluck/core";
import type { Occurrence } from "../clock/event-queue.ts";
import type { LinkState } from "../link/shared-link.ts";
import {
  conditionsOf,
  type Failures,
  type GaugeState,
  lossOf,
  type Measurement,
  sha256,
  SHA256_BYTES,
  type Stage,
} from "@potluck/scenario";
import type { ConverterState } from "./conversions.ts";
import { type CrewState, stateOf } from "./crew.ts";
import type { PresenceState } from "./presence.ts";
import type { Happening, Simulation } from "./simulation.ts";

/** Changes whenever what a checkpoint holds does. */
const FORMAT = 15;

/** Versions of the software that a result depends on, by name: "potluck", "onnxruntime". */
export type SoftwareVersions = Readonly<Record<string, string>>;

/** Everything that a simulation remembers: plain data. */
export interface Checkpoint {
  readonly format: number;
  /** What wrote it, see {@link SoftwareVersions}. */
  readonly software: SoftwareVersions;
  /** What the run is made of: a checkpoint of another run is not gone on from. */
  readonly run: RunIdentity;
  readonly now: Seconds;
  readonly events: number;
  readonly waited: number;
  readonly machine: Uint8Array;
  readonly queue: readonly Occurrence<Happening>[];
  readonly links: { readonly up: LinkState; readonly down: LinkState };
  readonly crew: CrewState;
  readonly converter: ConverterState;
  readonly presence: PresenceState;
  readonly silence: ReadonlyMap<ClientId, Seconds>;
  readonly notes: TaskNotes;
  readonly gauge: GaugeState | null;
  readonly failures: ReadonlyMap<string, Failures>;
}

interface RunIdentity {
  readonly seed: number;
  readonly scenario: string;
  readonly parts: readonly PartReference[];
  /** Those of the plan, and those of the scenario that a result depends on; null where one is not set. */
  readonly settings: Readonly<Record<string, number | string | boolean | null>>;
}

/** The simulation as it is at the call, as bytes, written by `software`. */
export async function checkpointOf(simulation: Simulation, software: SoftwareVersions): Promise<Uint8Array> {
  const {
    stage,
    now,
    events,
    waited,
    machine,
    queue,
    links,
    crew,
    converter,
    presence,
    silence,
    notes,
    gauge,
    failures,
  } = simulation;
  const checkpoint: Checkpoint = {
    format: FORMAT,
    software,
    run: identityOf(stage),
    now,
    events,
    waited,
    machine: machine.snapshot(),
    queue: queue.all(),
    links: { up: links.up.state(), down: links.down.state() },
    crew: { works: [...crew.works()].map(stateOf), kept: crew.kept },
    converter: converter.state(),
    presence: presence.state(),
    silence,
    notes,
    gauge: gauge?.state() ?? null,
    failures,
  };
  const content = encodePlain(checkpoint);
  const bytes = new Uint8Array(content.length + SHA256_BYTES);
  bytes.set(content);
  bytes.set(await sha256(content), content.length);
  return bytes;
}

/** What the run of a checkpoint had measured by then. Rejects with Fault "checkpoint-invalid". */
export async function measurementsIn(bytes: Uint8Array): Promise<readonly Measurement[]> {
  return (await parsed(bytes)).gauge?.measurements ?? [];
}

/** What {@link checkpointOf} of the same software wrote about a run on this stage. Rejects with Fault "checkpoint-invalid". */
export async function readCheckpoint(bytes: Uint8Array, stage: Stage, software: SoftwareVersions): Promise<Checkpoint> {
  const checkpoint = await parsed(bytes);
  if (checkpoint.format !== FORMAT) {
    throw invalid(`it has format ${checkpoint.format}, and this version of Potluck reads format ${FORMAT}`);
  }
  const changed = Object.keys({ ...checkpoint.software, ...software }).find(
    (name) => checkpoint.software[name] !== software[name],
  );
  if (changed !== undefined) {
    const [before, here] = [checkpoint.software, software].map((versions) => versions[changed] ?? "unknown");
    throw invalid(`it was written with ${changed} ${before}, and this is ${changed} ${here}`);
  }
  const [theirs, ours] = [checkpoint.run, identityOf(stage)].map((run) => JSON.stringify(run));
  if (theirs !== ours) throw invalid(`it is of another run: ${difference(checkpoint.run, identityOf(stage))}`);
  return checkpoint;
}

async function parsed(bytes: Uint8Array): Promise<Checkpoint> {
  const end = Math.max(0, bytes.length - SHA256_BYTES);
  const content = bytes.subarray(0, end);
  const digest = await sha256(content);
  const isWhole = digest.every((byte, at) => byte === bytes[end + at]);
  if (!isWhole) throw invalid("its bytes are damaged or cut off, or another version of Potluck wrote them");
  return ownState<Checkpoint>(decodePlain(content));
}

function invalid(reason: string): Fault {
  const remedy = "Go on with the scenario, the seed and the version that the run began with, or begin it again.";
  return new Fault("checkpoint-invalid", `the run cannot go on from its checkpoint: ${reason}`, remedy);
}

function identityOf({ scenario, seed }: Stage): RunIdentity {
  const { model, data, partition, fleet, plan } = scenario;
  const parts = [model.part, lossOf(scenario).part, data.part, partition.part, fleet.part, ...plan.parts];
  const settings = { ...plan.settings, ...conditionsOf(scenario) };
  return { seed, scenario: scenario.name, parts, settings };
}

function difference(theirs: RunIdentity, ours: RunIdentity): string {
  if (theirs.seed !== ours.seed) return `its seed is ${theirs.seed}, not ${ours.seed}`;
  const part = theirs.parts.find((given, at) => JSON.stringify(given) !== JSON.stringify(ours.parts[at]));
  if (part !== undefined) return `its ${part.room} is ${JSON.stringify({ name: part.name, ...part.options })}`;
  return `it is called "${theirs.scenario}" and has the settings ${JSON.stringify(theirs.settings)}`;
}
