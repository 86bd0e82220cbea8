import { findBrowser, openBrowser } from "@potluck/testkit";
const b = await openBrowser(findBrowser());
const [, , out, ...hashes] = process.argv;
for (const [w, h, tag] of [
  [1100, 700, "wide"],
  [360, 740, "phone"],
]) {
  for (const scheme of ["light", "dark"]) {
    if (tag === "phone" && scheme === "dark") continue;
    const page = await b.newPage({ viewport: { width: w, height: h }, colorScheme: scheme });
    page.on("console", (m) => {
      if (m.type() === "error") console.log("console", m.text());
    });
    page.on("pageerror", (e) => console.log("pageerror", e.message));
    for (const [i, hash] of hashes.entries()) {
      await page.goto("http://127.0.0.1:18484/studio/index.html" + hash);
      await page.reload();
      await page.waitForTimeout(2500);
      console.log(tag, hash, "scrollWidth", await page.evaluate("document.documentElement.scrollWidth"));
      await page.screenshot({ path: `${out}-${i}-${tag}-${scheme}.png`, fullPage: true });
    }
    await page.close();
  }
}
await b.close();
