/**
 * Draws the fleet on a canvas.
 *
 * @module
 */
import type { Client } from "../api/answers.ts";
import { activities, activityOf } from "./client-story.ts";
import { gridFor, strengthOf } from "./fleet-grid.ts";

/** What is drawn. */
export interface FleetPicture {
  readonly clients: readonly Client[];
  readonly now: number;
  /** How long clients go without being fed, see `mealtimeOf`, in seconds. */
  readonly mealtime: number;
  readonly chosen: number | null;
}

/** Draws it anew. The canvas takes the height that it needs. */
export function draw(canvas: HTMLCanvasElement, picture: FleetPicture): void {
  const context = canvas.getContext("2d");
  const width = canvas.clientWidth;
  if (context === null || width === 0) return;
  const grid = gridFor(width, picture.clients.length);
  const ratio = devicePixelRatio;
  const height = grid.rows * grid.pitch;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colours = new Map(activities.map((name) => [name, style.getPropertyValue(`--activity-${name}`)]));
  const gap = grid.pitch > 8 ? 3 : 1;
  for (const [at, client] of picture.clients.entries()) {
    const [x, y] = [(at % grid.columns) * grid.pitch, Math.floor(at / grid.columns) * grid.pitch];
    context.globalAlpha = strengthOf(client, picture.now, picture.mealtime);
    context.fillStyle = colours.get(activityOf(client)) ?? "";
    context.fillRect(x, y, grid.pitch - gap, grid.pitch - gap);
    if (gap > 1) outline(context, x, y, grid.pitch - gap);
    if (client.client !== picture.chosen) continue;
    context.globalAlpha = 1;
    context.lineWidth = 2;
    context.strokeStyle = style.color;
    context.strokeRect(x + 1, y + 1, grid.pitch - gap - 2, grid.pitch - gap - 2);
  }
}

const EDGE = 0.6;

/** An edge, so that the palest cells are seen, too. */
function outline(context: CanvasRenderingContext2D, x: number, y: number, side: number): void {
  context.globalAlpha = Math.max(EDGE, context.globalAlpha);
  context.lineWidth = 1;
  context.strokeStyle = context.fillStyle;
  context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
}
