/**
 * Tables of a page.
 *
 * @module
 */
import { isNumeric } from "../console/mod.ts";
import { type Html, html } from "./html.ts";
import type { ResultTable } from "./outcome.ts";

/** The length of a cell in letters from which on it wraps. */
const LONG = 28;

/** Returns a table without the columns in which all cells are empty. */
export function withoutEmptyColumns({ header, rows, ...rest }: ResultTable): ResultTable {
  const kept = header.map((_, i) => i).filter((i) => rows.length === 0 || rows.some((r) => r[i] !== ""));
  const keep = (cells: readonly string[]) => kept.map((i) => cells[i]!);
  return { ...rest, header: keep(header), rows: rows.map(keep) };
}

/** Returns a table of results: numbers to the right, long texts wrapped, the first column in view while it scrolls. */
export function tableOf(table: ResultTable): Html {
  const { title, header, rows, note, links = [] } = withoutEmptyColumns(table);
  const right = header.map((_, i) => isNumeric(rows.map((r) => r[i]!)));
  const kind = (i: number, cell: string) => (right[i] ? "number" : cell.length > LONG ? "wrap" : "");
  const cellOf = (cell: string, href: string | undefined) =>
    href === undefined ? cell : html`<a href="${href}">${cell}</a>`;
  return html`
    <div class="scroll" role="region" aria-label="${title ?? "Table"}">
      <table>
    ${title === undefined ? undefined : html`
      <caption>${title}</caption>
    `}<thead><tr>${header.map((h, i) => html`<th scope="col" class="${kind(i, "")}">${h}</th>`)}</tr></thead>
    <tbody>
    ${rows.map((r, k) =>
      html`
        <tr>${r.map((cell, i) =>
          html`<td class="${kind(i, cell)}">${cellOf(cell, i === 0 ? links[k] : undefined)}</td>`
        )}</tr>
      `
    )}</tbody>
      </table>
    </div>
    ${note === undefined || note === "" ? undefined : html`
      <p class="soft note">${note}</p>
    `}
  `;
}

/** Returns a table of names and texts, which wrap on narrow screens. */
export function factsOf(title: string, rows: readonly (readonly [name: string, text: string])[]): Html {
  return html`
    <table class="facts">
      <caption>${title}</caption>
      <tbody>
    ${rows.map(([name, text]) =>
      html`
        <tr>
          <th scope="row">${name}</th>
          <td>${text}</td>
        </tr>
      `
    )}</tbody>
    </table>
  `;
}
