/**
 * What the administration of a coordinator answers.
 *
 * @module
 */
import type { AdminKey, ClientOverview, RefusedAnswer, RunOverview, TokenRecord } from "@potluck/server";
import { z } from "zod";

const counts = z.object({
  accepted: z.number(),
  late: z.number().nullable(),
  abandoned: z.number().nullable(),
  invalid: z.record(z.string(), z.number()),
});

/** A run. */
export const runAnswer: z.ZodType<RunOverview> = z.object({
  id: z.string(),
  name: z.string(),
  seed: z.number(),
  scenario: z.string(),
  plan: z.string(),
  fleet: z.string(),
  clock: z.enum(["virtual", "wall"]),
  experiments: z.array(z.object({ experiment: z.string(), arm: z.string() })),
  isHosted: z.boolean(),
  created: z.number(),
  state: z.enum(["waiting", "running", "paused", "ended"]),
  ended: z.string().nullable(),
  seconds: z.number(),
  version: z.number(),
  accuracy: z.number().nullable(),
  loss: z.number().nullable(),
  measuredVersion: z.number().nullable(),
  clients: z.object({
    known: z.number(),
    available: z.number().nullable(),
    connected: z.number().nullable(),
  }),
  openTasks: z.number().nullable(),
  updates: counts,
  bytesUp: z.number(),
  bytesDown: z.number(),
});

/** All runs. */
export const runsAnswer: z.ZodType<{ readonly runs: readonly RunOverview[] }> = z.object({
  runs: z.array(runAnswer),
});

const refusal: z.ZodType<RefusedAnswer> = z.object({
  at: z.number(),
  client: z.number(),
  task: z.number(),
  refusal: z.enum(["late", "abandoned", "invalid"]),
  detail: z.string(),
});

/** The answers refused last. */
export const refusalsAnswer: z.ZodType<{ readonly refusals: readonly RefusedAnswer[] }> = z.object({
  refusals: z.array(refusal),
});

/** A client, with what access knows of its device. */
export type RemoteClient = ClientOverview & { readonly isRevoked: boolean; readonly enrolledWith: string | null };

/** A client. */
export const clientAnswer: z.ZodType<RemoteClient> = z.object({
  client: z.number(),
  device: z.string(),
  tier: z.string(),
  examples: z.number().nullable(),
  timesAsked: z.number(),
  timesAnswered: z.number(),
  timesUsed: z.number(),
  taskSeconds: z.number(),
  lastSeen: z.number().nullable(),
  isAvailable: z.boolean(),
  isConnected: z.boolean(),
  task: z.number().nullable(),
  version: z.number().nullable(),
  isSending: z.boolean(),
  isRevoked: z.boolean(),
  enrolledWith: z.string().nullable(),
});

/** All clients of a run. */
export const clientsAnswer: z.ZodType<{ readonly clients: readonly RemoteClient[] | null }> = z.object({
  clients: z.array(clientAnswer).nullable(),
});

const token: z.ZodType<TokenRecord> = z.object({
  id: z.string(),
  run: z.string(),
  uses: z.number().nullable(),
  used: z.number(),
  created: z.number(),
  expires: z.number(),
  note: z.string(),
  revoked: z.number().nullable(),
});

/** All tokens. */
export const tokensAnswer: z.ZodType<{ readonly tokens: readonly TokenRecord[] }> = z.object({
  tokens: z.array(token),
});

/** A token that was made. */
export const tokenMade: z.ZodType<{ readonly token: string; readonly record: TokenRecord }> = z.object({
  token: z.string(),
  record: token,
});

const key: z.ZodType<AdminKey> = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(["viewer", "operator", "admin"]),
  created: z.number(),
  revoked: z.number().nullable(),
});

/** All keys. */
export const keysAnswer: z.ZodType<{ readonly keys: readonly AdminKey[] }> = z.object({ keys: z.array(key) });

/** A key that was made. */
export const keyMade: z.ZodType<{ readonly key: string; readonly record: AdminKey }> = z.object({
  key: z.string(),
  record: key,
});
