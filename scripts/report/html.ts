/**
 * Text within HTML.
 *
 * @module
 */

/** HTML that is to stand as it is. */
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

/** A text with everything that means something in HTML written as entities. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** A template of HTML: every value in it is escaped, lists are joined, and only `Html` stands as it is. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  const inner = (value: unknown): string => {
    if (value instanceof Html) return value.text;
    if (Array.isArray(value)) return value.map(inner).join("");
    return value === undefined || value === null ? "" : escapeHtml(String(value));
  };
  return new Html(strings.map((s, i) => (i === 0 ? s : inner(values[i - 1]) + s)).join(""));
}

/** A value as JSON within a script element, where `</script>` must not stand. */
export function jsonScript(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replace(/</g, "\\u003c").replace(/\u2028|\u2029/g, " ");
  return html`<script type="application/json" id="${id}">${new Html(json)}</script>`;
}
