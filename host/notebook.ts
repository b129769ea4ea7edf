/**
 * The notebook that the code runs in.
 *
 * @module
 */
/** A place in the output of a cell, whose content may be replaced. */
export interface OutputCell {
  /** Shows a content there in place of the one before, in several forms by media type. */
  show(bundle: Readonly<Record<string, string | object>>): void;
}

/** The notebook that the code runs in. */
export interface Notebook {
  /** Returns a new place in the output of the cell that runs; nothing is in it yet. */
  cell(): OutputCell;
}

/** The part of Deno that only its Jupyter kernel has. */
interface Kernel {
  broadcast(type: string, content: object): void | Promise<void>;
}

/** Returns the notebook; `undefined` outside Jupyter. */
export function notebook(): Notebook | undefined {
  const { Deno: deno } = globalThis as { Deno?: { jupyter?: Kernel } };
  const kernel = kernelOf(deno);
  return kernel && { cell: () => outputCell(kernel) };
}

/** Returns the kernel. Outside Jupyter reading it may throw. */
function kernelOf(deno: { readonly jupyter?: Kernel } | undefined): Kernel | undefined {
  try {
    return deno?.jupyter;
  } catch {
    return undefined;
  }
}

function outputCell(kernel: Kernel): OutputCell {
  const id = crypto.randomUUID();
  let type = "display_data";
  return {
    show(data) {
      void kernel.broadcast(type, { data, metadata: {}, transient: { display_id: id } });
      type = "update_display_data";
    },
  };
}
