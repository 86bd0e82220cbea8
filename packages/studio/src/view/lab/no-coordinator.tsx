/**
 * What stands in place of runs where no coordinator serves the page.
 *
 * @module
 */
import type { JSX } from "preact";
import { useTitle } from "../use-title.ts";

/** Says so, and where to go instead. */
export function NoCoordinator(): JSX.Element {
  useTitle("Runs");
  return (
    <>
      <h1>Runs</h1>
      <p>Runs, and joining one, need a coordinator, and this page is served without one.</p>
      <p>
        Start one with <code>npx potluck live</code> or <code>npx potluck serve</code> and open the address that it
        prints. Here you can look at the <a href="#/methods">methods</a>, and simulate a fleet in the{" "}
        <a href="#/lab">Lab</a>.
      </p>
    </>
  );
}
