/**
 * The choice of the plans.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { entryIn, type Fields, type LabPlan, MOST_PLANS, withField } from "../../lab/choice.ts";
import type { LabPart, LabProblem } from "../../lab/messages.ts";
import { planOf, planPresets, presetOf } from "../../lab/presets.ts";
import type { Lab } from "../../state/lab.ts";
import { NumberField } from "./number-field.tsx";
import { PartForm } from "./part-form.tsx";
import type { FormProps } from "./scene-form.tsx";

/** The section of the plans. */
export function PlanForms({ lab, parts }: FormProps): JSX.Element {
  const { plans } = lab.choice.value;
  const set = (changed: readonly LabPlan[]): void => {
    lab.choice.value = { ...lab.choice.value, plans: changed };
  };
  return (
    <section aria-labelledby="plans">
      <h2 id="plans">Plans</h2>
      <div class="lab-plans">
        {plans.map((plan, at) => (
          <PlanForm
            key={at}
            at={at}
            lab={lab}
            plan={plan}
            parts={parts}
            problem={lab.problems.value[at] ?? null}
            onChange={(changed) => set(plans.map((one, place) => (place === at ? changed : one)))}
            onRemove={plans.length === 1 ? null : () => set(plans.filter((_, place) => place !== at))}
          />
        ))}
      </div>
      {plans.length < MOST_PLANS && (
        <button type="button" onClick={() => set([...plans, nextPlan(lab)])}>
          Add a plan
        </button>
      )}
    </section>
  );
}

/** A preset that is not there yet. */
function nextPlan({ choice }: Lab): LabPlan {
  const { plans, scene } = choice.value;
  const fresh = planPresets.find(({ title }) => !plans.some((plan) => plan.title === title));
  return planOf(fresh?.title ?? "FedAvg", presetOf(scene));
}

interface PlanFormProps {
  readonly at: number;
  readonly lab: Lab;
  readonly plan: LabPlan;
  readonly parts: readonly LabPart[];
  readonly problem: LabProblem | null;
  readonly onChange: (plan: LabPlan) => void;
  readonly onRemove: (() => void) | null;
}

function PlanForm({ at, lab, plan, parts, problem, onChange, onRemove }: PlanFormProps): JSX.Element {
  const preset = planPresets.find(({ title }) => title === plan.title);
  return (
    <article class={`lab-plan line-${at + 1}`} aria-label={`Plan ${at + 1}: ${plan.title}`}>
      <header>
        <select
          aria-label={`Plan ${at + 1}`}
          value={plan.title}
          onChange={(event) => onChange(planOf(event.currentTarget.value, presetOf(lab.choice.value.scene)))}
        >
          {preset === undefined && <option>{plan.title}</option>}
          {planPresets.map(({ title }) => (
            <option key={title}>{title}</option>
          ))}
        </select>
        {onRemove !== null && (
          <button type="button" aria-label={`Remove plan ${at + 1}`} onClick={onRemove}>
            Remove
          </button>
        )}
      </header>
      <p class="muted">{preset?.about ?? partsIn(plan.plan)}.</p>
      {problem !== null && (
        <p class="alert">
          {problem.message}. {problem.remedy}
        </p>
      )}
      <details>
        <summary>Parts and options</summary>
        {"coding" in plan.plan ? (
          <CodedParts plan={plan} parts={parts} onChange={onChange} />
        ) : (
          <FederatedParts plan={plan} parts={parts} onChange={onChange} />
        )}
      </details>
      <details>
        <summary>As JSON</summary>
        <PlanText plan={plan} onChange={onChange} />
      </details>
    </article>
  );
}

/** The names of a plan's parts. */
function partsIn(plan: Fields): string {
  const names = Object.keys(plan).flatMap((field) => entryIn(plan, field)?.name ?? []);
  return names.join(", ");
}

type PartsProps = Pick<PlanFormProps, "plan" | "parts" | "onChange">;

const FIELDS = [
  ["pacing", "pacing"],
  ["selection", "selection"],
  ["solver", "solver"],
  ["upload", "codec"],
  ["feedback", "feedback"],
  ["download", "download"],
  ["conversion", "conversion"],
  ["weighting", "weighting"],
  ["staleness", "staleness"],
  ["participation", "participation"],
  ["aggregation", "aggregation"],
  ["serverOptimizer", "server-optimizer"],
] as const;

function FederatedParts({ plan, parts, onChange }: PartsProps): JSX.Element {
  const set = (field: string, value: unknown): void => onChange({ ...plan, plan: withField(plan.plan, field, value) });
  const work = fieldsIn(plan.plan["work"]);
  return (
    <>
      <div class="lab-fields">
        {Object.entries(work).map(([amount, value]) => (
          <NumberField
            key={amount}
            name={amount}
            value={value}
            onChange={(given) => set("work", withField(work, amount, given))}
          />
        ))}
        <NumberField name="versions" value={plan.plan["versions"]} onChange={(versions) => set("versions", versions)} />
      </div>
      <div class="part-forms">
        {FIELDS.map(([field, room]) => (
          <PartForm
            key={field}
            label={field}
            room={room}
            parts={parts}
            entry={entryIn(plan.plan, field)}
            isNeeded={field === "pacing" || field === "solver"}
            onChange={(entry) => set(field, entry)}
          />
        ))}
      </div>
    </>
  );
}

function CodedParts({ plan, parts, onChange }: PartsProps): JSX.Element {
  const set = (field: string, value: unknown): void => onChange({ ...plan, plan: withField(plan.plan, field, value) });
  return (
    <>
      <div class="lab-fields">
        {["jobs", "batchSize", "patience"].map((name) => (
          <NumberField key={name} name={name} value={plan.plan[name]} onChange={(value) => set(name, value)} />
        ))}
      </div>
      <div class="part-forms">
        <PartForm
          label="coding"
          room="coding"
          parts={parts}
          entry={entryIn(plan.plan, "coding")}
          isNeeded
          onChange={(entry) => set("coding", entry)}
        />
      </div>
    </>
  );
}

function fieldsIn(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The plan as it stands in a scenario file; what is written becomes the plan when the field is left. */
function PlanText({ plan, onChange }: Pick<PlanFormProps, "plan" | "onChange">): JSX.Element {
  const problem = useSignal<string | null>(null);
  const take = (text: string): void => {
    try {
      const value: unknown = JSON.parse(text);
      problem.value = isFields(value) ? null : "A plan is an object.";
      if (isFields(value)) onChange({ ...plan, plan: value });
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <>
      <textarea
        aria-label="The plan as JSON"
        rows={14}
        spellcheck={false}
        value={JSON.stringify(plan.plan, null, 2)}
        onChange={(event) => take(event.currentTarget.value)}
      />
      {problem.value !== null && (
        <p class="alert" role="alert">
          {problem.value}
        </p>
      )}
    </>
  );
}
