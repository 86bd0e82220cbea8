/**
 * What can be done with a run of the list.
 *
 * @module
 */
import type { JSX, TargetedKeyboardEvent } from "preact";
import type { Run } from "../../api/answers.ts";
import { save } from "../save.ts";
import type { RunsDesk } from "./runs-table.tsx";

/** The run, and who may do what. */
export interface RunMenuProps {
  readonly run: Run;
  readonly desk: RunsDesk;
}

/** A button that opens the list of it. */
export function RunMenu({ run, desk }: RunMenuProps): JSX.Element {
  const { api, role, doomed, attempt } = desk;
  const { id, name, state } = run;
  const download = (file: () => Promise<Blob>, ending: string) => () =>
    void attempt(async () => save(await file(), `${name}-${id}.${ending}`));
  return (
    <details class="menu" name="run-menu" onKeyDown={closeOnEscape}>
      <summary aria-label={`What can be done with ${name}, seed ${run.seed}`}>⋯</summary>
      <ul>
        {role !== "viewer" && (
          <>
            <Deed name="Model (ONNX)" onClick={download(async () => api.model(id, "onnx"), "onnx")} />
            <Deed name="Model (safetensors)" onClick={download(async () => api.model(id, "safetensors"), "safetensors")} />
          </>
        )}
        <Deed name="Metrics (JSON lines)" onClick={download(async () => api.metrics(id), "jsonl")} />
        <Deed name="Report (HTML)" onClick={download(async () => api.report(id), "html")} />
        {role !== "viewer" && state === "ended" && (
          <Deed name="Delete …" isDanger onClick={() => (doomed.value = run)} />
        )}
      </ul>
    </details>
  );
}

interface DeedProps {
  readonly name: string;
  readonly isDanger?: boolean;
  readonly onClick: () => void;
}

function Deed({ name, isDanger = false, onClick }: DeedProps): JSX.Element {
  return (
    <li>
      <button
        type="button"
        class={isDanger ? "plain danger" : "plain"}
        onClick={(event) => {
          event.currentTarget.closest("details")?.removeAttribute("open");
          onClick();
        }}
      >
        {name}
      </button>
    </li>
  );
}

function closeOnEscape(event: TargetedKeyboardEvent<HTMLDetailsElement>): void {
  if (event.key !== "Escape") return;
  event.currentTarget.removeAttribute("open");
  event.currentTarget.querySelector("summary")?.focus();
}
