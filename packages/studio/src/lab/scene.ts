/**
 * What is asked of a scene in few words, and changed in it: how many clients, and how unlike they are.
 *
 * @module
 */
import { entryIn, type Fields, withField } from "./choice.ts";

/** How many clients share the data; undefined where that is not said. */
export function clientsIn(scene: Fields): number | undefined {
  const clients = entryIn(scene, "partition")?.["clients"];
  return typeof clients === "number" ? clients : undefined;
}

/** The scene with so many clients. Data that comes with clients of its own gets as many. */
export function withClients(scene: Fields, clients: number | undefined): Fields {
  const shared = withOption(scene, "partition", clients);
  const natural = entryIn(scene, "data")?.["clients"];
  return natural === undefined ? shared : withOption(shared, "data", clients);
}

function withOption(scene: Fields, field: string, clients: number | undefined): Fields {
  return withField(scene, field, withField(entryIn(scene, field) ?? {}, "clients", clients));
}

/** How unlike clients may be, in words, with the partition that makes them so. */
export const SKEWS = {
  "all alike": { name: "iid" },
  mixed: { name: "dirichlet", alpha: 0.5 },
  "few each": { name: "dirichlet", alpha: 0.1 },
} as const;

type Skew = keyof typeof SKEWS;

/** Whether the examples may be dealt by their classes. */
export function isDealtByClass(scene: Fields): boolean {
  const { name } = entryIn(scene, "partition") ?? {};
  return entryIn(scene, "loss") === null && name !== "by-key" && name !== "replicated";
}

/** How unlike the clients of a scene are; "own" for what has no word. */
export function skewOf(scene: Fields): Skew | "own" {
  const entry = entryIn(scene, "partition");
  if (entry?.name === "iid") return "all alike";
  if (entry?.name !== "dirichlet") return "own";
  const alpha = entry["alpha"];
  return alpha === 0.5 ? "mixed" : alpha === 0.1 ? "few each" : "own";
}

/** The scene with clients that are so unlike. */
export function withSkew(scene: Fields, skew: string): Fields {
  if (!isSkew(skew)) return scene;
  return withField(scene, "partition", { ...SKEWS[skew], clients: clientsIn(scene) });
}

function isSkew(text: string): text is Skew {
  return text in SKEWS;
}
