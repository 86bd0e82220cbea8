/**
 * What operators may do with a run: let it pause and go on, stop it, take its model away, send a client away.
 *
 * @module
 */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Api } from "../api/api.ts";
import type { Client, Run } from "../api/answers.ts";
import { Question } from "./run/question.tsx";
import { save } from "./save.ts";

/** The run, and where it is done. */
export interface DeedsProps {
  readonly api: Api;
  readonly run: Run;
  readonly onProblem: (problem: unknown) => void;
}

type Attempt = (deed: () => Promise<void>) => void;

/** Does things, and says what has gone wrong with the last. */
function useAttempts(onProblem: DeedsProps["onProblem"]): readonly [Attempt, Signal<string | null>] {
  const problem = useSignal<string | null>(null);
  const attempt = async (deed: () => Promise<void>): Promise<void> => {
    problem.value = null;
    try {
      await deed();
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
      onProblem(error);
    }
  };
  return [(deed) => void attempt(deed), problem];
}

/** Buttons for operators. */
export function Deeds({ api, run, onProblem }: DeedsProps): JSX.Element {
  const [attempt, problem] = useAttempts(onProblem);
  const download = (format: "onnx" | "safetensors") => () =>
    attempt(async () => save(await api.model(run.id, format), `${run.name}.${format}`));
  return (
    <div class="deeds" role="group" aria-label="For operators">
      <div class="controls">
        {run.state === "paused" && (
          <button type="button" onClick={() => attempt(async () => api.resume(run.id))}>
            Resume
          </button>
        )}
        {(run.state === "running" || run.state === "waiting") && (
          <button type="button" onClick={() => attempt(async () => api.pause(run.id))}>
            Pause
          </button>
        )}
        {run.state !== "ended" && (
          <Question
            button="Stop the run …"
            title={`Stop “${run.name}” for good?`}
            yes="Stop it"
            no="Let it go on"
            onYes={() => attempt(async () => api.stop(run.id))}
          >
            It cannot go on afterwards. Its model and everything that was measured stay.
          </Question>
        )}
        <button type="button" onClick={download("onnx")}>
          Download ONNX
        </button>
        <button type="button" onClick={download("safetensors")}>
          Download safetensors
        </button>
      </div>
      <Problem problem={problem} />
    </div>
  );
}

function Problem({ problem }: { readonly problem: Signal<string | null> }): JSX.Element | null {
  if (problem.value === null) return null;
  return (
    <p class="alert" role="alert">
      {problem.value}
    </p>
  );
}

/** Sends a client away. */
export function SendAway({ api, run, client, onProblem }: DeedsProps & { readonly client: Client }): JSX.Element {
  const [attempt, problem] = useAttempts(onProblem);
  return (
    <>
      <Question
        button={`Send client ${client.client} away …`}
        title={`Send client ${client.client} away for good?`}
        yes="Send it away"
        no="Let it stay"
        onYes={() => attempt(async () => api.revoke(run.id, client.client))}
      >
        Its device loses its place in all runs at once and cannot come back, whatever token it shows.
      </Question>
      <Problem problem={problem} />
    </>
  );
}
