/**
 * The line with which a scenario names a part.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { CataloguePart } from "../../api/catalogue.ts";

/** The field of a scenario, or of its plan, that names a part of a room. */
const FIELDS: Readonly<Record<string, string>> = { codec: "upload", "server-optimizer": "serverOptimizer" };

interface PlanLineProps {
  readonly room: string;
  readonly plan: CataloguePart["plan"];
}

/** The line as JSON and as TypeScript, each to be copied. */
export function PlanLine({ room, plan }: PlanLineProps): JSX.Element {
  return (
    <div class="plan-lines">
      <Line name="JSON" code={`"${FIELDS[room] ?? room}": ${plan.json}`} />
      <Line name="TypeScript" code={plan.typescript} />
    </div>
  );
}

function Line({ name, code }: { readonly name: string; readonly code: string }): JSX.Element {
  const isCopied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(code);
    isCopied.value = true;
  };
  return (
    <figure class="plan-line">
      <figcaption>
        {name}
        <button type="button" onClick={() => void copy().catch(() => {})}>
          {isCopied.value ? "Copied" : "Copy"}
          <span class="hidden"> the line in {name}</span>
        </button>
      </figcaption>
      <pre tabIndex={0} aria-label={`The line in ${name}`}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
