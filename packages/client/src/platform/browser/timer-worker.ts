/**
 * The program of a worker that keeps time: browsers slow the timers of hidden pages down to one a minute, those of workers they do not.
 *
 * @module
 */

/** What the page asks for: to be told after so many milliseconds, or no more. */
export type TimerRequest =
  | { readonly kind: "after"; readonly id: number; readonly milliseconds: number }
  | { readonly kind: "cancel"; readonly id: number };

const timers = new Map<number, ReturnType<typeof setTimeout>>();

addEventListener("message", ({ data }: MessageEvent<TimerRequest>) => {
  if (data.kind === "after") {
    const ring = (): void => {
      timers.delete(data.id);
      postMessage(data.id);
    };
    timers.set(data.id, setTimeout(ring, data.milliseconds));
    return;
  }
  clearTimeout(timers.get(data.id));
  timers.delete(data.id);
});
