/**
 * Text and tables in LaTeX.
 *
 * cspell:ignore infty varepsilon graphicx resizebox ifdim medskip toprule midrule bottomrule textasciitilde textquotedbl
 *
 * @module
 */
import { isNumeric } from "../console/mod.ts";
import type { ResultTable } from "./outcome.ts";

/** The characters that pdfTeX with UTF-8 and T1 fonts does not print as they stand. */
const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "\\textquotedbl{}",
  "\n": " ",
  "±": "$\\pm$",
  "×": "$\\times$",
  "·": "$\\cdot$",
  "−": "$-$",
  "→": "$\\to$",
  "≤": "$\\le$",
  "≥": "$\\ge$",
  "≈": "$\\approx$",
  "∞": "$\\infty$",
  "√": "$\\surd$",
  "α": "$\\alpha$",
  "β": "$\\beta$",
  "γ": "$\\gamma$",
  "δ": "$\\delta$",
  "ε": "$\\varepsilon$",
  "η": "$\\eta$",
  "θ": "$\\theta$",
  "λ": "$\\lambda$",
  "μ": "$\\mu$",
  "ρ": "$\\rho$",
  "σ": "$\\sigma$",
  "²": "$^2$",
  "¹": "$^1$",
  "³": "$^3$",
  "⁻": "$^-$",
};

/** Escapes the characters that are special in LaTeX, and writes symbols in math mode; other text stays, as UTF-8. */
export function escapeTex(text: string): string {
  return Array.from(text, (c) => SPECIAL[c] ?? (/[&%$#_{}]/.test(c) ? `\\${c}` : c)).join("");
}

/** The packages that the tables need, as a comment. */
const TEX_PACKAGES = "% Needs \\usepackage{booktabs,graphicx} and \\usepackage[T1]{fontenc}.\n";

/**
 * Returns `tables.tex`: every table of a report for a paper, with its title and note as the caption. Columns of numbers are
 * aligned at the right; a table that is wider than a line is scaled down to it.
 */
export function texFile(tables: readonly ResultTable[]): { name: string; content: string } {
  return { name: "tables.tex", content: TEX_PACKAGES + tables.map(tableOf).join("\n") };
}

function tableOf({ title, header, rows, note }: ResultTable): string {
  const caption = [title, note].filter((text) => text !== undefined)
    .map((text) => escapeTex(/[.!?:]$/.test(text) ? text : `${text}.`)).join(" ");
  const columns = header.map((_, j) => (isNumeric(rows.map((row) => row[j]!)) ? "r" : "l"));
  const line = (cells: readonly string[]) => cells.map(escapeTex).join(" & ");
  return texTable({
    caption,
    columns: columns.join(""),
    head: [line(header)],
    body: rows.map(line),
    fitted: true,
  });
}

/** A table in LaTeX; lines have no `\\\\` at their ends. */
export interface TexTable {
  /** The caption, escaped; none if empty. */
  readonly caption: string;
  /** The alignment of each column, such as `lrr`. */
  readonly columns: string;
  readonly head: readonly string[];
  readonly body: readonly string[];
  /** Scales a table that is wider than a line down to it; it is set narrowly otherwise. */
  readonly fitted: boolean;
}

/** Returns a table between the rules of booktabs. */
export function texTable({ caption, columns, head, body, fitted }: TexTable): string {
  const ended = (lines: readonly string[]) => lines.map((line) => `${line} \\\\`);
  return [
    "\\begin{table}",
    "\\centering",
    "\\small",
    ...(fitted ? [] : ["\\setlength{\\tabcolsep}{3pt}"]),
    ...(caption === "" ? [] : [`\\caption{${caption}}`]),
    ...(fitted ? ["\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%"] : []),
    `\\begin{tabular}{${columns}}`,
    "\\toprule",
    ...ended(head),
    "\\midrule",
    ...ended(body),
    "\\bottomrule",
    `\\end{tabular}${fitted ? "}" : ""}`,
    "\\end{table}\n",
  ].join("\n");
}
