/**
 * The Lab: a simulation inside the page.
 *
 * @module
 */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { LINK_PREFIX, type LabChoice } from "../../lab/choice.ts";
import { beginning } from "../../lab/presets.ts";
import { packed, unpacked } from "../../lab/share.ts";
import { choiceForPart } from "../../lab/try-part.ts";
import { type Lab as Laboratory, openLab } from "../../state/lab.ts";
import { PlanForms } from "./plan-form.tsx";
import { Results } from "./results.tsx";
import { RunBar } from "./run-bar.tsx";
import { SceneForm } from "./scene-form.tsx";
import { Sharing } from "./sharing.tsx";

/** What stands behind "#/lab/": nothing, "try/<room>/<part>", or "with/<choice>". */
export interface LabProps {
  readonly chosen: readonly string[];
}

/** The view of the Lab. */
export function Lab({ chosen }: LabProps): JSX.Element {
  const opened = useMemo(() => {
    const found = signal<{ readonly choice: LabChoice; readonly notice: string | null } | null>(null);
    void choiceIn(chosen).then((choice) => (found.value = choice));
    return found;
  }, []);
  const { value } = opened;
  return (
    <>
      <h1>Lab</h1>
      <p>
        Simulate a fleet inside this page: real training, pretended time. Choose a scene and up to three plans for it,
        and run them side by side. Nothing leaves the page.
      </p>
      {value !== null && value.notice !== null && (
        <p class="alert" role="alert">
          {value.notice}
        </p>
      )}
      {value === null ? <p role="status">Loading …</p> : <Bench choice={value.choice} />}
    </>
  );
}

async function choiceIn([way, ...rest]: readonly string[]): Promise<{ choice: LabChoice; notice: string | null }> {
  if (way === "with") {
    const choice = await unpacked(rest.join("/"));
    if (choice !== null) return { choice, notice: null };
    return { choice: beginning, notice: "This link is not whole: nothing can be read from it. Ask for it once more." };
  }
  if (way === "try") {
    const choice = choiceForPart(rest[0] ?? "", rest[1] ?? "");
    if (choice !== null) return { choice, notice: null };
    return {
      choice: beginning,
      notice: `The Lab cannot run ${rest.join("/")}: it needs files, or is not in the catalogue.`,
    };
  }
  return { choice: beginning, notice: null };
}

function Bench({ choice }: { readonly choice: LabChoice }): JSX.Element {
  const lab = useMemo(() => openLab(choice), []);
  useEffect(() => lab.close, [lab]);
  useEffect(() => keepInAddress(lab), [lab]);
  const broken = lab.broken.value;
  if (broken !== null) {
    return (
      <p class="alert" role="alert">
        {broken}
      </p>
    );
  }
  const parts = lab.parts.value;
  if (parts === null) return <p role="status">Loading what can be chosen …</p>;
  return (
    <>
      <SceneForm lab={lab} parts={parts} />
      <PlanForms lab={lab} parts={parts} />
      <RunBar lab={lab} />
      <Results lab={lab} />
      <Sharing lab={lab} />
    </>
  );
}

/** Writes what is chosen into the address as it changes, from the first change on; gives what ends that. */
function keepInAddress({ choice }: Laboratory): () => void {
  const first = choice.value;
  return choice.subscribe((now) => {
    if (now === first) return;
    void remember(choice, now);
  });
}

async function remember(choice: Laboratory["choice"], now: LabChoice): Promise<void> {
  const text = await packed(now);
  if (choice.value === now) history.replaceState(null, "", `${LINK_PREFIX}${text}`);
}
