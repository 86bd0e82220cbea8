/**
 * Asks whether a run is to be deleted.
 *
 * @module
 */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Run } from "../../api/answers.ts";

/** The run that may be deleted, and who hears that it is to be. */
export interface DeletionProps {
  readonly doomed: Signal<Run | null>;
  readonly onDelete: (run: Run) => void;
}

/** A dialog that is open while a run may be deleted. */
export function Deletion({ doomed, onDelete }: DeletionProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const run = doomed.value;
  useEffect(() => {
    if (run === null) dialog.current?.close();
    else dialog.current?.showModal();
    // Whoever presses Enter at once keeps the run.
    if (run !== null) keep.current?.focus();
  }, [run]);
  const remove = (): void => {
    doomed.value = null;
    if (run !== null) onDelete(run);
  };
  return (
    <dialog ref={dialog} aria-labelledby="delete-question" onClose={() => (doomed.value = null)}>
      <h2 id="delete-question">
        Delete “{run?.name}”, seed {run?.seed}?
      </h2>
      <p>Its models, everything that was measured of it and its report go for good. Other runs stay as they are.</p>
      <div class="controls">
        <button type="button" class="danger" onClick={remove}>
          Delete it
        </button>
        <button type="button" ref={keep} onClick={() => (doomed.value = null)}>
          Keep it
        </button>
      </div>
    </dialog>
  );
}
