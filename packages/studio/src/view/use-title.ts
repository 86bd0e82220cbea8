/**
 * What a tab is called: by what it shows.
 *
 * @module
 */
import { useEffect } from "preact/hooks";

/** Calls the tab so for as long as a view is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} – Potluck`;
  }, [title]);
}
