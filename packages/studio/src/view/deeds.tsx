/**
 * What operators may do with a run: take its model away, and stop it.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Run } from "../api/answers.ts";
import { save } from "./save.ts";

/** The run, and where it is done. */
export interface DeedsProps {
  readonly api: Api;
  readonly run: Run;
  readonly onProblem: (problem: unknown) => void;
}

/** Buttons for operators. */
export function Deeds({ api, run, onProblem }: DeedsProps): JSX.Element {
  const problem = useSignal<string | null>(null);
  const question = useRef<HTMLDialogElement>(null);
  const attempt = async (deed: () => Promise<void>): Promise<void> => {
    problem.value = null;
    try {
      await deed();
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
      onProblem(error);
    }
  };
  const download = (format: "onnx" | "safetensors") => () =>
    void attempt(async () => save(await api.model(run.id, format), `${run.name}.${format}`));
  const stop = (): void => {
    question.current?.close();
    void attempt(async () => api.stop(run.id));
  };
  return (
    <section aria-labelledby="deeds">
      <h2 id="deeds">Model and end</h2>
      <div class="controls">
        <button type="button" onClick={download("onnx")}>
          Download ONNX
        </button>
        <button type="button" onClick={download("safetensors")}>
          Download safetensors
        </button>
        {run.state !== "ended" && (
          <button type="button" class="danger" onClick={() => question.current?.showModal()}>
            Stop the run …
          </button>
        )}
      </div>
      {problem.value !== null && (
        <p class="alert" role="alert">
          {problem.value}
        </p>
      )}
      <Question dialog={question} name={run.name} onStop={stop} />
    </section>
  );
}

interface QuestionProps {
  readonly dialog: RefObject<HTMLDialogElement | null>;
  readonly name: string;
  readonly onStop: () => void;
}

function Question({ dialog, name, onStop }: QuestionProps): JSX.Element {
  return (
    <dialog ref={dialog} aria-labelledby="stop-question">
      <h2 id="stop-question">Stop “{name}” for good?</h2>
      <p>It cannot go on afterwards. Its model and everything that was measured stay.</p>
      <div class="controls">
        <button type="button" class="danger" onClick={onStop}>
          Stop it
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          Let it go on
        </button>
      </div>
    </dialog>
  );
}
