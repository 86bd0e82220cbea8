/**
 * The Lab, loaded when it is opened first.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useTitle } from "../use-title.ts";
import type { LabProps } from "./lab.tsx";

/** The Lab, or that it is on its way. */
export function LazyLab(props: LabProps): JSX.Element {
  useTitle("Lab");
  const loaded = useSignal<ComponentType<LabProps> | null>(null);
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    import("./lab.tsx").then(
      (module) => (loaded.value = module.Lab),
      () => (problem.value = "The Lab could not be loaded. Load the page anew."),
    );
  }, []);
  if (problem.value !== null) {
    return (
      <p class="alert" role="alert">
        {problem.value}
      </p>
    );
  }
  const Lab = loaded.value;
  return Lab === null ? <p role="status">Loading the Lab …</p> : <Lab {...props} />;
}
