/**
 * What a browser tells of its device.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import type { DeviceSignals } from "../platform.ts";

/** A page that nobody has touched for so long is idle. */
const IDLE_SECONDS: Seconds = 60;

const TOUCHES = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"] as const;

declare global {
  /** What only some browsers have. */
  interface Navigator {
    /** The charge of the battery. */
    readonly getBattery?: () => Promise<Battery>;
    readonly connection?: NetworkConnection;
  }
}

interface Battery {
  readonly charging: boolean;
}

interface NetworkConnection {
  readonly saveData?: boolean;
  readonly type?: string;
}

/** Listens to the page from here on. */
export const deviceSignals: DeviceSignals = () => {
  let touched = -Infinity;
  for (const kind of TOUCHES) {
    addEventListener(kind, () => (touched = performance.now()), { passive: true, capture: true });
  }
  let battery: Battery | null = null;
  navigator.getBattery?.().then(
    (found) => (battery = found),
    () => {},
  );
  return () => ({
    isIdle: performance.now() - touched >= 1000 * IDLE_SECONDS,
    isVisible: document.visibilityState === "visible",
    isOnPower: battery?.charging ?? null,
    isUnmetered: unmetered(navigator.connection),
  });
};

function unmetered(connection: NetworkConnection | undefined): boolean | null {
  if (connection?.saveData === true || connection?.type === "cellular") return false;
  return connection?.type === undefined ? null : true;
}
