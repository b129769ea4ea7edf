/**
 * Reads rows of files in a separate thread from the training.
 *
 * @module
 */
import { host, type OpenedFileSync } from "../host/mod.ts";

/** A request to the worker: some rows of a file. */
export interface RowsAsked {
  readonly id: number;
  readonly path: string;
  /** Bytes before the first row. */
  readonly offset: number;
  /** Bytes from the start of one row to the start of the next. */
  readonly stride: number;
  /** Bytes of a row that are wanted. */
  readonly length: number;
  readonly rows: Uint32Array;
}

/** The worker's answer: the rows side by side, or why there are none. */
export type RowsAnswered =
  | { readonly id: number; readonly bytes: ArrayBuffer }
  | { readonly id: number; readonly error: string };

let open: { readonly path: string; readonly file: OpenedFileSync } | undefined;

host.answer<RowsAsked>((asked, reply) => {
  try {
    const bytes = readRows(asked);
    reply({ id: asked.id, bytes } satisfies RowsAnswered, [bytes]);
  } catch (error) {
    reply({ id: asked.id, error: (error as Error).message } satisfies RowsAnswered, []);
  }
});

function readRows({ path, offset, stride, length, rows }: RowsAsked): ArrayBuffer {
  if (open?.path !== path) {
    open?.file.close();
    open = undefined;
    open = { path, file: host.files.openSync(path) };
  }
  const bytes = new Uint8Array(rows.length * length);
  for (let i = 0; i < rows.length;) {
    // Rows that follow each other in the file are read at once.
    let count = 1;
    while (stride === length && rows[i + count] === rows[i]! + count) count++;
    const at = offset + rows[i]! * stride;
    fill(bytes.subarray(i * length, (i + count) * length), { at, file: open.file, row: rows[i]! });
    i += count;
  }
  return bytes.buffer;
}

/** Fills `part` with the bytes at an offset; a single read may return fewer than requested. */
function fill(part: Uint8Array, { file, at, row }: { file: OpenedFileSync; at: number; row: number }): void {
  for (let done = 0; done < part.length;) {
    const got = file.read(part.subarray(done), at + done);
    if (got === 0) throw new Error(`the file ends at offset ${at + done}, within the rows from ${row} on`);
    done += got;
  }
}
