/**
 * The fleet: every client a cell, its colour what it does, its strength how lately it was fed.
 *
 * @module
 */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Client } from "../api/answers.ts";
import { count, duration } from "../words/format.ts";
import { activities, activityOf, orders, storyOf } from "./client-story.ts";
import { draw, type FleetPicture } from "./fleet-canvas.ts";
import { gridFor, mealtimeOf, placeIn } from "./fleet-grid.ts";

/** The clients, and the instant as seconds of the run. */
export interface FleetProps {
  readonly clients: ReadonlyMap<number, Client>;
  readonly now: number;
  /** Whether `now` is when it ended. */
  readonly isEnded: boolean;
  /** Whether what its clients' tasks begin with is no version of a model, as in coded runs. */
  readonly isCoded?: boolean;
  /** What stands below the story of a client. */
  readonly about?: ((client: Client) => JSX.Element) | undefined;
}

/** The section of the fleet. */
export function Fleet({ clients, now, isEnded, isCoded = false, about }: FleetProps): JSX.Element {
  const order = useSignal("hunger");
  const chosen = useSignal<number | null>(null);
  const sorted = orders[order.value]?.([...clients.values()]) ?? [];
  const mealtime = mealtimeOf(sorted, now);
  const told = chosen.value === null ? undefined : clients.get(chosen.value);
  return (
    <section aria-labelledby="fleet">
      <h2 id="fleet">Fleet</h2>
      {clients.size === 0 && <p class="empty">No client has joined yet.</p>}
      {clients.size > 0 && (
        <>
          <div class="controls">
            <label>
              Sort by{" "}
              <select value={order.value} onChange={(event) => (order.value = event.currentTarget.value)}>
                {Object.keys(orders).map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          </div>
          <Cells clients={sorted} now={now} mealtime={mealtime} chosen={chosen} />
          <Legend clients={sorted} mealtime={mealtime} isEnded={isEnded} />
          <p class="story" aria-live="polite">
            {told === undefined
              ? "Point at a client, or go there with the arrow keys, for its story."
              : storyOf(isCoded ? { ...told, version: null } : told, now)}
          </p>
          {told !== undefined && !told.isRevoked && about?.(told)}
        </>
      )}
    </section>
  );
}

interface CellsProps {
  /** In the order of their cells. */
  readonly clients: readonly Client[];
  readonly now: number;
  readonly mealtime: number;
  readonly chosen: Signal<number | null>;
}

/** The cells. Arrow keys lead from one to the next. */
function Cells({ clients, now, mealtime, chosen }: CellsProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const picture = { clients, now, mealtime, chosen: chosen.value };
  useEffect(() => (canvas.current === null ? undefined : keepDrawn(canvas.current, picture)));
  const point = (event: TargetedPointerEvent<HTMLCanvasElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = placeIn(gridFor(box.width, clients.length), event.clientX - box.left, event.clientY - box.top);
    chosen.value = clients[at]?.client ?? null;
  };
  const step = (event: TargetedKeyboardEvent<HTMLCanvasElement>): void => {
    const { columns } = gridFor(event.currentTarget.clientWidth, clients.length);
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const at = clients.findIndex(({ client }) => client === chosen.value);
    chosen.value = clients[Math.max(0, Math.min(clients.length - 1, at === -1 ? 0 : at + by))]?.client ?? null;
  };
  return (
    <canvas
      ref={canvas}
      class="fleet"
      role="img"
      tabIndex={0}
      aria-label={`${fleetWords(clients)}. Arrow keys go from client to client.`}
      onPointerMove={point}
      onPointerDown={point}
      onKeyDown={step}
    />
  );
}

/** Draws, and draws anew where the size or the colours of the page are others; gives what ends that. */
function keepDrawn(canvas: HTMLCanvasElement, picture: FleetPicture): () => void {
  const paint = (): void => draw(canvas, picture);
  const observer = new ResizeObserver(paint);
  observer.observe(canvas);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", paint);
  return () => {
    observer.disconnect();
    scheme.removeEventListener("change", paint);
  };
}

function fleetWords(clients: readonly Client[]): string {
  const parts = activities.map((activity) => `${countOf(clients, activity)} ${activity}`);
  return `${count(clients.length)} clients: ${parts.join(", ")}`;
}

interface LegendProps {
  readonly clients: readonly Client[];
  readonly mealtime: number;
  readonly isEnded: boolean;
}

function Legend({ clients, mealtime, isEnded }: LegendProps): JSX.Element {
  return (
    <ul class="legend">
      {activities.map((activity) => (
        <li key={activity} class={`activity-${activity}`}>
          {activity} <span class="number">{countOf(clients, activity)}</span>
        </li>
      ))}
      <li class="plain">{paleness(mealtime, isEnded)}</li>
    </ul>
  );
}

function paleness(mealtime: number, isEnded: boolean): string {
  const since = isEnded ? "before the end it was last fed" : "since it was fed";
  return `the paler, the longer ${since}: half after ${duration(mealtime)}, palest who never was`;
}

function countOf(clients: readonly Client[], activity: string): string {
  return count(clients.filter((client) => activityOf(client) === activity).length);
}
