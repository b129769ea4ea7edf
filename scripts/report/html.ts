/**
 * Escapes text in HTML.
 *
 * @module
 */

/** HTML that is not escaped again. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes the characters that are special in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** Formats an HTML template: escapes every value except `Html`, and joins lists. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  const inner = (value: unknown): string => {
    if (value instanceof Html) return value.text;
    if (Array.isArray(value)) return value.map(inner).join("");
    return value === undefined || value === null ? "" : escapeHtml(String(value));
  };
  return new Html(strings.map((s, i) => (i === 0 ? s : inner(values[i - 1]) + s)).join(""));
}

/** Returns a value as JSON for a script element, in which `</script>` must not occur. */
export function jsonScript(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replace(/</g, "\\u003c").replace(/\u2028|\u2029/g, " ");
  return html`<script type="application/json" id="${id}">${new Html(json)}</script>`;
}
