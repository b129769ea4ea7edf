/**
 * Notebooks from scripts: `// %%` begins a cell of code, `// %% [markdown]` one of text.
 *
 * @module
 */

/** A cell of a notebook, as its script writes it. */
export interface ScriptCell {
  /** Text or code. */
  readonly kind: "markdown" | "code";
  /** Its lines, without the marks of the script. */
  readonly source: string;
}

/** A notebook in Jupyter's format, as far as this looks into it. */
export interface Notebook {
  /** The cells, in order. */
  readonly cells: readonly NotebookCell[];
  /** Kernel and language. */
  readonly metadata: object;
  /** The version of the format: 4.5. */
  readonly nbformat: number;
  /** Its second number. */
  readonly nbformat_minor: number;
}

/** A cell in Jupyter's format. */
export interface NotebookCell {
  /** Its name within the notebook. */
  readonly id: string;
  /** Text or code. */
  readonly cell_type: "markdown" | "code";
  /** Its lines, each with its line break. */
  readonly source: readonly string[];
  /** Nothing. */
  readonly metadata: object;
  /** Its outputs; of code alone. */
  readonly outputs?: readonly Readonly<Record<string, unknown>>[];
  /** The place in the order of execution; of code alone. */
  readonly execution_count?: number | null;
}

const MARK = /^\/\/ %%( \[markdown\])?$/m;

/** Returns the cells of a script. Exports, which scripts need for their tests, become plain declarations. */
export function cellsOf(script: string): ScriptCell[] {
  const [, ...parts] = script.split(MARK);
  return Array.from({ length: parts.length / 2 }, (_, i) => {
    const [mark, text] = [parts[2 * i], parts[2 * i + 1]!.trim()];
    return mark === undefined
      ? { kind: "code", source: text.replace(/^export (?=const|function|let|class)/gm, "") }
      : { kind: "markdown", source: text.replace(/^\/\/ ?/gm, "") };
  });
}

/** Returns the notebook of a script. A cell whose source is as before keeps its outputs, up to the first that changed. */
export function notebookOf(script: string, before?: Notebook): Notebook {
  let same = true;
  const cells = cellsOf(script).map(({ kind, source }, i): NotebookCell => {
    const lines = source.split("\n");
    const cell = {
      id: `cell-${i + 1}`,
      cell_type: kind,
      source: lines.map((line, j) => (j === lines.length - 1 ? line : `${line}\n`)),
      metadata: {},
    };
    if (kind === "markdown") return cell;
    const old = before?.cells[i];
    same &&= old?.source.join("") === source;
    return same
      ? { ...cell, outputs: old!.outputs ?? [], execution_count: old!.execution_count ?? null }
      : { ...cell, outputs: [], execution_count: null };
  });
  return {
    cells,
    metadata: {
      kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
      language_info: { file_extension: ".ts", mimetype: "text/x.typescript", name: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}
