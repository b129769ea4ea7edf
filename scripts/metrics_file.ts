/**
 * `metrics.csv` as it grows.
 *
 * @module
 */
import { stringify } from "@std/csv";

/** A row: values by column. */
export type Row = Readonly<Record<string, unknown>>;

/** A CSV file that rows are added to. */
export interface MetricsFile extends Disposable {
  /** How many bytes it has. */
  readonly length: number;
  /** Adds rows. */
  append(rows: readonly Row[]): void;
  /** Cuts it to an earlier length. */
  truncate(length: number): void;
  /** Makes sure that the rows so far outlast a loss of power. */
  sync(): void;
}

/**
 * Opens the file for one process alone, and cuts it to the length that is known to be good; at length 0 it begins anew.
 *
 * @throws {Error} when another process has it open, or it is shorter.
 */
export function openMetrics(
  path: string,
  { columns, length: good }: { columns: readonly string[]; length: number },
): MetricsFile {
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  try {
    if (!file.tryLockSync(true)) throw new Error(`${path} is being written by another process`);
    const { size } = file.statSync();
    if (size < good) throw new Error(`${path} has ${size} bytes; the last checkpoint knows of ${good}`);
  } catch (error) {
    file.close();
    throw error;
  }
  let length = 0;
  const truncate = (to: number) => {
    file.truncateSync(to);
    file.seekSync(to, Deno.SeekMode.Start);
    length = to;
  };
  truncate(good);
  const write = (rows: readonly Row[], headers: boolean) => {
    const bytes = new TextEncoder().encode(stringify(rows, { columns, headers }));
    try {
      for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/\s*\(os error.*$/, "") : String(error);
      throw new Error(`cannot write ${path}: ${why.toLowerCase()}`, { cause: error });
    }
    length += bytes.length;
  };
  if (length === 0) write([], true);
  return {
    get length() {
      return length;
    },
    append: (rows) => write(rows, false),
    truncate,
    sync: () => file.syncDataSync(),
    [Symbol.dispose]: () => file.close(),
  };
}
