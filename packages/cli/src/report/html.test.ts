import { Window } from "happy-dom";
import fc from "fast-check";
import { expect, test } from "vitest";
import { html, trusted } from "./html.ts";

test("any text comes out of a page as it went in, in content and in attributes", () => {
  const { document } = new Window();
  const visible = fc.string({
    unit: fc.constantFrom("a", " ", "<", ">", "&", '"', "'", "/", "=", ";", "`", "\n", "&lt;", "</p>", "é"),
  });
  fc.assert(
    fc.property(visible, (text) => {
      document.body.innerHTML = html`<p title="${text}">${text}</p>`.markup;
      const [paragraph] = document.body.children;
      expect(document.body.children).toHaveLength(1);
      expect(paragraph?.textContent).toBe(text);
      expect(paragraph?.getAttribute("title")).toBe(text);
    }),
  );
});

test("pieces of HTML nest without being escaped again", () => {
  const cells = ["a", "<b>"].map((text) => html`<td>${text}</td>`);
  expect(html`${cells}${null}${trusted("<hr>")}${3}`.markup).toBe("<td>a</td><td>&lt;b&gt;</td><hr>3");
});
