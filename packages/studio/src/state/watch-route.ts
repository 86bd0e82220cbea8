/**
 * Where one is, as it changes.
 *
 * @module
 */
import { type Signal, signal } from "@preact/signals";
import { type Route, routeOf } from "./route.ts";

/** The place as it is now, and as it will be. */
export function watchRoute(page: Pick<Window, "location" | "addEventListener">): Signal<Route> {
  const route = signal<Route>(routeOf(page.location.hash));
  page.addEventListener("hashchange", () => {
    route.value = routeOf(page.location.hash);
  });
  return route;
}
