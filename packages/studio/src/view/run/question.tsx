/**
 * Asks before something is done that cannot be undone.
 *
 * @module
 */
import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";

/** What is asked. */
export interface QuestionProps {
  /** What the button says that asks. */
  readonly button: string;
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the buttons say that do it, and that do not. */
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
}

/** A button, and the question that it asks. */
export function Question({ button, title, children, yes, no, onYes }: QuestionProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const id = useId();
  const ask = (): void => {
    dialog.current?.showModal();
    // Whoever presses Enter at once does nothing that cannot be undone.
    keep.current?.focus();
  };
  const confirm = (): void => {
    dialog.current?.close();
    onYes();
  };
  return (
    <>
      <button type="button" class="danger" onClick={ask}>
        {button}
      </button>
      <dialog ref={dialog} aria-labelledby={id}>
        <h2 id={id}>{title}</h2>
        <p>{children}</p>
        <div class="controls">
          <button type="button" class="danger" onClick={confirm}>
            {yes}
          </button>
          <button type="button" ref={keep} onClick={() => dialog.current?.close()}>
            {no}
          </button>
        </div>
      </dialog>
    </>
  );
}
