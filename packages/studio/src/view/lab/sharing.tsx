/**
 * Taking what was chosen elsewhere: a link, and the files that the command line runs.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { documentsOf, type Fields, LINK_PREFIX } from "../../lab/choice.ts";
import { packed } from "../../lab/share.ts";
import type { Lab, PlanStory } from "../../state/lab.ts";
import { save } from "../save.ts";

/** The section of what can be taken along. */
export function Sharing({ lab }: { readonly lab: Lab }): JSX.Element {
  const link = useSignal<string | null>(null);
  const { seed } = lab.choice.value;
  const share = async (): Promise<void> => {
    const text = await packed(lab.choice.value);
    const address = new URL(`${LINK_PREFIX}${text}`, location.href).href;
    link.value = address;
    // Where the page may not write into the clipboard, the link stands there to be copied.
    await navigator.clipboard?.writeText(address).catch(() => {});
  };
  return (
    <section aria-labelledby="sharing">
      <h2 id="sharing">Take it along</h2>
      <p>
        The link holds the whole choice behind its #, which browsers send to nobody. A scenario file is run by the
        command line.
      </p>
      <div class="run-bar">
        <button type="button" onClick={() => void share()}>
          Copy a link
        </button>
        {documentsOf(lab.choice.value).map((document, at) => (
          <button key={at} type="button" onClick={() => download(document)}>
            Download {String(document["title"])}
          </button>
        ))}
      </div>
      {link.value !== null && (
        <label class="lab-link">
          The link
          <input readOnly value={link.value} onFocus={(event) => event.currentTarget.select()} />
        </label>
      )}
      {documentsOf(lab.choice.value).map((document, at) => (
        <p key={at}>
          <code>
            npx potluck simulate {String(document["name"])}.json --seed {seed}
          </code>
        </p>
      ))}
      <p class="muted">{AGREEMENT}</p>
      {lab.run.value !== null && <Hashes plans={lab.run.value.plans} />}
    </section>
  );
}

const AGREEMENT =
  "The command line comes to the same clock, the same decisions and the same bytes, as long as no decision depends on what was learned. The models differ in their last bits, for WebAssembly rounds sums otherwise than the processor's own library: their hashes are not equal, and their losses differ by less than 1%, their accuracies by less than half a percentage point.";

function Hashes({ plans }: { readonly plans: readonly PlanStory[] }): JSX.Element {
  return (
    <dl class="hashes">
      {plans.map(({ title, ending }, at) => (
        <div key={at}>
          <dt>{title}: SHA-256 of the last parameters, here</dt>
          <dd>
            <code data-field="modelHash">{ending?.modelHash ?? "when it has ended"}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function download(document: Fields): void {
  const file = new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: "application/json" });
  save(file, `${String(document["name"])}.json`);
}
