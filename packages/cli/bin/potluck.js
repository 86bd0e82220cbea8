#!/usr/bin/env node
// Plain JavaScript that any Node can parse, so that an old one gets a sentence instead of a syntax error.
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  process.stderr.write(
    `potluck needs Node 24 or newer, but this is Node ${process.versions.node}.\n` +
      "Run it through npm, which finds the Node that `npm ci` installed: npx potluck …\n",
  );
  process.exitCode = 2;
} else {
  const words = process.argv.slice(2);
  // What waits for the disk waits in threads of Node's pool: with the usual four, four updates that are being made durable would hold up all others.
  process.env["UV_THREADPOOL_SIZE"] ??= "16";
  const { endOnInterrupt } = await import("../src/interrupt.ts");
  const release = endOnInterrupt(words);
  const { main } = await import("../src/main.ts");
  process.exitCode = await main(words);
  release();
}
