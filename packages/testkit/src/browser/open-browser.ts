/**
 * Starts a browser without a window. WebGPU runs on the processor, slowly, so that it is there on any machine.
 *
 * @module
 */
import type { Browser } from "playwright-core";

const SOFTWARE_WEBGPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--ignore-gpu-blocklist",
];

/** Starts the browser at `path`; see `findBrowser`. */
export async function openBrowser(path: string): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return chromium.launch({ executablePath: path, args: ["--no-sandbox", ...SOFTWARE_WEBGPU] });
}
