/**
 * The shapes of what the administration takes and gives, as JSON Schema.
 *
 * @module
 */
import { roles } from "../../access/admin-keys.ts";

/** A shape. */
export type Schema = Readonly<Record<string, unknown>>;

const text = { type: "string" } as const;
const number = { type: "number" } as const;
const whole = { type: "integer" } as const;
const flag = { type: "boolean" } as const;
const maybe = (type: string): Schema => ({ type, nullable: true });

/** An object of which all fields are there and no others. */
export function objectOf(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = Object.keys(properties),
): Schema {
  return { type: "object", additionalProperties: false, properties, required };
}

/** A list under a name: `{ runs: […] }`. */
export function listOf(name: string, items: Schema): Schema {
  return objectOf({ [name]: { type: "array", items } });
}

/** An object of whatever fields; `about` says where they are described. */
export function anyObject(about: string): Schema {
  return { type: "object", additionalProperties: true, description: about };
}

export const problem: Schema = objectOf({ code: text, detail: text });

const unsaid: Schema = { ...maybe("integer"), description: "null where that is not known" };

const seconds1970: Schema = { ...number, description: "seconds since 1970" };

export const run: Schema = objectOf({
  id: text,
  name: text,
  seed: number,
  scenario: { ...text, description: "a digest of the scenario: the same for runs of the same one" },
  plan: { ...text, description: "in a few words" },
  fleet: { ...text, description: "in a few words" },
  clock: { ...text, enum: ["virtual", "wall"], description: "which one its times are of" },
  experiments: {
    type: "array",
    items: objectOf({ experiment: text, arm: text }),
    description: "those that it is one of; none for a run that is hosted",
  },
  isHosted: { ...flag, description: "whether it is hosted here: it can be paused and stopped while it goes on" },
  created: seconds1970,
  state: { ...text, enum: ["waiting", "running", "paused", "ended"] },
  ended: { ...maybe("string"), description: "why, in words" },
  seconds: { ...number, description: "of the run's own clock" },
  version: whole,
  accuracy: maybe("number"),
  loss: maybe("number"),
  measuredVersion: { ...maybe("integer"), description: "the version that accuracy and loss are of" },
  clients: objectOf({ known: whole, available: unsaid, connected: unsaid }),
  openTasks: unsaid,
  updates: objectOf({
    accepted: { ...whole, description: "without those that were abandoned later" },
    late: unsaid,
    abandoned: unsaid,
    invalid: { type: "object", additionalProperties: whole, description: "by the rule that they break" },
  }),
  bytesUp: number,
  bytesDown: number,
});

export const client: Schema = objectOf({
  client: whole,
  device: { ...text, description: "its Ed25519 public key in hexadecimal" },
  tier: text,
  examples: unsaid,
  timesAsked: { ...whole, description: "tasks that it was given" },
  timesAnswered: { ...whole, description: "tasks that it has answered" },
  timesUsed: { ...whole, description: "answers that went into a model" },
  taskSeconds: { ...number, description: "how long its tasks took in all, those that came to nothing among them" },
  lastSeen: {
    ...maybe("number"),
    description: "when it last joined or answered, in seconds of the run's clock; null where no history was kept",
  },
  isAvailable: flag,
  isConnected: flag,
  task: maybe("integer"),
  version: { ...maybe("integer"), description: "the model version that its task began with" },
  isSending: { ...flag, description: "whether its answer is on its way" },
  isRevoked: flag,
  enrolledWith: { ...maybe("string"), description: "the id of its token" },
});

export const holder: Schema = objectOf({
  name: { ...maybe("string"), description: "of the key; null where none is shown and none is needed" },
  role: { ...text, enum: roles },
});

const share: Schema = { ...number, minimum: 0, maximum: 1 };

export const figures: Schema = objectOf({
  staleness: {
    type: "array",
    description: "how many updates were used that were so many versions old",
    items: { type: "array", items: whole, minItems: 2, maxItems: 2 },
  },
  objective: objectOf({
    asked: { ...text, enum: ["per-example", "per-client"], description: "what was to count alike" },
    bias: { ...maybe("number"), description: "the share of all pull that went to the wrong clients" },
    groups: {
      type: "array",
      description: "clients by tier, or by how much data they have: what they were to count for, and what they did",
      items: objectOf({ group: text, clients: whole, asked: share, realised: share }),
    },
  }),
  tasks: {
    type: "array",
    description: "of coded runs, those of the first 60 rounds and 64 workers",
    items: objectOf({ round: whole, worker: whole, fate: text, repeats: flag, standsIn: flag }),
  },
});

export const task: Schema = objectOf({ task: whole, client: whole, version: whole });

export const refusedAnswer: Schema = objectOf({
  at: { ...number, description: "seconds of the run's clock" },
  client: whole,
  task: whole,
  refusal: { ...text, enum: ["late", "abandoned", "invalid"] },
  detail: text,
});

export const token: Schema = objectOf({
  id: text,
  run: { ...text, description: 'the run that it is for; "" for any' },
  uses: { ...maybe("integer"), description: "how many devices it lets in; null for any number" },
  used: whole,
  created: seconds1970,
  expires: seconds1970,
  note: text,
  revoked: { ...maybe("number"), description: "seconds since 1970; null where it was not taken back" },
});

const MOST_USES = 1_000_000;
const LONGEST_DAYS = 3650;

export const tokenRequest: Schema = objectOf(
  {
    run: { ...text, maxLength: 200, default: "" },
    uses: { ...maybe("integer"), minimum: 1, maximum: MOST_USES, default: null },
    expiresSeconds: { ...number, minimum: 0.001, maximum: 86_400 * LONGEST_DAYS, default: 604_800 },
    note: { ...text, maxLength: 200, default: "" },
  },
  [],
);

const role: Schema = { ...text, enum: roles };

export const key: Schema = objectOf({
  id: text,
  name: text,
  role,
  created: seconds1970,
  revoked: { ...maybe("number"), description: "seconds since 1970; null where it was not taken back" },
});

export const keyRequest: Schema = objectOf({ name: { ...text, minLength: 1, maxLength: 100 }, role });

export const auditEntry: Schema = objectOf({
  number: whole,
  at: seconds1970,
  who: text,
  action: text,
  subject: text,
  detail: text,
});
