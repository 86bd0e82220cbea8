/**
 * Watches something for as long as a view shows it.
 *
 * @module
 */
import type { Signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

/** What `watch` gives, which is told to stop when the view goes. */
export function useWatch<T>(watch: (stop: AbortSignal) => Signal<T>): Signal<T> {
  const { watched, stop } = useMemo(() => {
    const controller = new AbortController();
    return { watched: watch(controller.signal), stop: controller };
  }, []);
  useEffect(() => () => stop.abort(), [stop]);
  return watched;
}
