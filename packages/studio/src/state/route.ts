/**
 * Where one is in the studio: what stands behind the # of the address.
 *
 * @module
 */
import { compareRouteOf, type CompareRoute } from "./compare-route.ts";

/** A place. */
export type Route =
  | { readonly view: "runs" }
  | { readonly view: "run"; readonly run: string }
  | ({ readonly view: "compare" } & CompareRoute)
  | { readonly view: "methods"; readonly chosen: string | null }
  | { readonly view: "lab"; readonly chosen: readonly string[] };

/** The place that a hash leads to; that of runs, where it leads nowhere. */
export function routeOf(hash: string): Route {
  const [view, ...rest] = hash
    .replace(/^#?\/?/, "")
    .split("/")
    .map(decoded);
  if (view === "run" && rest[0] !== undefined && rest[0] !== "") return { view, run: rest[0] };
  if (view === "compare" && rest[0] !== undefined && rest[0] !== "") return { view, ...compareRouteOf(rest[0]) };
  if (view === "methods") return { view, chosen: rest.length === 0 ? null : rest.join("/") };
  if (view === "lab") return { view, chosen: rest };
  return { view: "runs" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
