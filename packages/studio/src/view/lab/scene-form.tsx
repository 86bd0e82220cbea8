/**
 * The choice of the scene: data, how it is shared out, devices.
 *
 * @module
 */
import type { JSX } from "preact";
import { entryIn, type Fields, withField } from "../../lab/choice.ts";
import type { LabPart } from "../../lab/messages.ts";
import { planOf, planPresets, presetOf, sceneCalled, scenes } from "../../lab/presets.ts";
import { clientsIn, isDealtByClass, SKEWS, skewOf, withClients, withSkew } from "../../lab/scene.ts";
import type { Lab } from "../../state/lab.ts";
import { NumberField } from "./number-field.tsx";
import { PartForm } from "./part-form.tsx";

/** The Lab, and what can be chosen in it. */
export interface FormProps {
  readonly lab: Lab;
  readonly parts: readonly LabPart[];
}

const FIELDS = ["data", "partition", "fleet", "model", "loss"] as const;

/** The section of the scene. */
export function SceneForm({ lab, parts }: FormProps): JSX.Element {
  return (
    <section aria-labelledby="scene">
      <h2 id="scene">Scene</h2>
      <MainFields lab={lab} />
      <p class="muted">{presetOf(lab.choice.value.scene).about}.</p>
      <details>
        <summary>All settings of the scene</summary>
        <Settings lab={lab} parts={parts} />
      </details>
    </section>
  );
}

function setScene({ choice }: Lab, scene: Fields): void {
  choice.value = { ...choice.value, scene };
}

/** What is asked of everybody. */
function MainFields({ lab }: { readonly lab: Lab }): JSX.Element {
  const { scene, seed } = lab.choice.value;
  return (
    <div class="lab-fields">
      <Choice
        name="Data"
        value={presetOf(scene).name}
        words={scenes.map(({ name }) => name)}
        onChange={(name) => chooseScene(lab, name)}
      />
      <NumberField
        name="Clients"
        value={clientsIn(scene)}
        onChange={(clients) => setScene(lab, withClients(scene, clients))}
      />
      {isDealtByClass(scene) && (
        <Choice
          name="Classes of clients"
          value={skewOf(scene)}
          words={Object.keys(SKEWS)}
          onChange={(skew) => setScene(lab, withSkew(scene, skew))}
        />
      )}
      <Choice
        name="Fleet"
        value={entryIn(scene, "fleet")?.name ?? ""}
        words={FLEETS}
        onChange={(name) => setScene(lab, withField(scene, "fleet", fleetCalled(name, lab)))}
      />
      <NumberField
        name="Seed"
        value={seed}
        onChange={(chosen = 1) => (lab.choice.value = { ...lab.choice.value, seed: chosen })}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  /** It may be none of the words. */
  readonly value: string;
  readonly words: readonly string[];
  readonly onChange: (word: string) => void;
}

function Choice({ name, value, words, onChange }: ChoiceProps): JSX.Element {
  return (
    <label>
      {name}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {words.map((word) => (
          <option key={word}>{word}</option>
        ))}
        {!words.includes(value) && <option>{value}</option>}
      </select>
    </label>
  );
}

function Settings({ lab, parts }: FormProps): JSX.Element {
  const { scene } = lab.choice.value;
  const set = (field: string, value: unknown): void => setScene(lab, withField(scene, field, value));
  return (
    <>
      <div class="lab-fields">
        {SETTINGS.map(([field, name]) => (
          <NumberField key={field} name={name} value={scene[field]} onChange={(value) => set(field, value)} />
        ))}
      </div>
      <div class="part-forms">
        {FIELDS.map((field) => (
          <PartForm
            key={field}
            label={field}
            room={field}
            parts={parts}
            entry={entryIn(scene, field)}
            isNeeded={field !== "loss"}
            onChange={(entry) => set(field, entry)}
          />
        ))}
      </div>
    </>
  );
}

/** Fleets whose devices are drawn rather than read. */
const FLEETS = ["uniform", "tiers", "linear", "mobile", "browser-tabs", "cross-silo"] as const;

const SETTINGS = [
  ["targetAccuracy", "Accuracy to reach"],
  ["targetLoss", "Loss to reach"],
  ["maximumSeconds", "Longest, in virtual seconds"],
  ["evaluateEvery", "Measured every so many versions"],
] as const;

/** The fleet of the data's preset where it is of that kind, for its devices suit the model; else all by default. */
function fleetCalled(name: string, { choice }: Lab): object {
  const usual = entryIn(presetOf(choice.value.scene).scene, "fleet");
  if (usual?.name === name) return usual;
  const speed = usual?.["flopsPerSecond"];
  return { name, ...((name === "uniform" || name === "linear") && speed !== undefined && { flopsPerSecond: speed }) };
}

/** Other data: all plans begin anew, with what suits it. */
function chooseScene({ choice }: Lab, name: string): void {
  const preset = sceneCalled(name);
  const titles = new Set<string>(planPresets.map(({ title }) => title));
  const plans = choice.value.plans.map(({ title }) => planOf(titles.has(title) ? title : "FedAvg", preset));
  choice.value = { ...choice.value, scene: preset.scene, plans };
}
