/**
 * Appends to `metrics.csv` during a run.
 *
 * @module
 */
import { systemText } from "../../files/mod.ts";
import { messageOf } from "../../options/mod.ts";
import { stringify } from "@std/csv";
import { createHash, type Hash } from "node:crypto";

/** The name of the file in a run's folder. */
export const METRICS = "metrics.csv";

/** A row: values by column. */
export type Row = Readonly<Record<string, unknown>>;

/** A CSV file that grows by rows. */
export interface MetricsFile extends Disposable {
  /** Its length in bytes. */
  readonly length: number;
  /** Returns the SHA-256 of its first `length` bytes, in hexadecimal digits. */
  digest(length: number): string;
  /** Appends rows. */
  append(rows: readonly Row[]): void;
  /** Truncates it to an earlier length in bytes. */
  truncate(length: number): void;
  /** Flushes the rows to disk, so that they survive a loss of power. */
  sync(): void;
}

/** The leading part of a file that a checkpoint vouches for. */
export interface GoodPart {
  /** Its length in bytes. */
  readonly length: number;
  /** The SHA-256 of that part; `undefined` if it was not recorded. */
  readonly sha256?: string | undefined;
}

/**
 * Opens and locks the file, and truncates it to its good part; with length 0 it starts a new file.
 *
 * @throws {Error} when another process has it open, it is shorter than the good part, or that part was changed.
 */
export function openMetrics(
  path: string,
  { columns, ...good }: GoodPart & { columns: readonly string[] },
): MetricsFile {
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  let hash: Hash;
  try {
    if (!file.tryLockSync(true)) throw new Error(`${path} is being written by another process`);
    hash = checked(file, { path, good });
  } catch (error) {
    file.close();
    throw error;
  }
  let length = 0;
  const truncate = (to: number) => {
    file.truncateSync(to);
    if (to !== length) hash = hashOf(file, to);
    file.seekSync(to, Deno.SeekMode.Start);
    length = to;
  };
  length = good.length;
  truncate(good.length);
  const write = (rows: readonly Row[], headers: boolean) => {
    const bytes = new TextEncoder().encode(stringify(rows, { columns, headers }));
    try {
      for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
    } catch (error) {
      throw new Error(`cannot write ${path}: ${systemText(messageOf(error)).toLowerCase()}`, {
        cause: error,
      });
    }
    hash.update(bytes);
    length += bytes.length;
  };
  if (length === 0) write([], true);
  return {
    get length() {
      return length;
    },
    digest(to) {
      if (to === length) return hash.copy().digest("hex");
      const earlier = hashOf(file, to).digest("hex");
      file.seekSync(length, Deno.SeekMode.Start);
      return earlier;
    },
    append: (rows) => write(rows, false),
    truncate,
    sync: () => file.syncDataSync(),
    [Symbol.dispose]: () => file.close(),
  };
}

/** Returns whether a run has measured anything: its file has a row below the header. */
export async function hasMetrics(run: string): Promise<boolean> {
  try {
    const text = await Deno.readTextFile(`${run}/${METRICS}`);
    return text.indexOf("\n") < text.lastIndexOf("\n");
  } catch (error) {
    // A file that cannot be read may hold rows.
    return !(error instanceof Deno.errors.NotFound);
  }
}

/** Checks that the good part of a file is unchanged. @throws {Error} naming the file and what it should be. */
export function requireMetrics(path: string, good: GoodPart): void {
  // Created if missing: it is then too short, like a file that was emptied.
  using file = Deno.openSync(path, { read: true, write: true, create: true });
  checked(file, { path, good });
}

function checked(file: Deno.FsFile, { path, good }: { path: string; good: GoodPart }): Hash {
  const { size } = file.statSync();
  const remedy = "put it back, or remove the folder checkpoints next to it to train again";
  if (size < good.length) {
    throw new Error(
      `${path} was truncated: it has ${size} bytes, the last checkpoint expects ${good.length}: ${remedy}`,
    );
  }
  const hash = hashOf(file, good.length);
  const digest = hash.copy().digest("hex");
  if (good.sha256 !== undefined && digest !== good.sha256) {
    throw new Error(
      `${path} was changed: the SHA-256 of its first ${good.length} bytes is ${digest}, the last checkpoint expects ` +
        `${good.sha256}: ${remedy}`,
    );
  }
  return hash;
}

/** Bytes to read at a time. */
const PIECE = 2 ** 20;

/** Hashes the first `length` bytes of a file, piece by piece. */
function hashOf(file: Deno.FsFile, length: number): Hash {
  const hash = createHash("sha256");
  const piece = new Uint8Array(Math.min(PIECE, length));
  file.seekSync(0, Deno.SeekMode.Start);
  for (let done = 0; done < length;) {
    const n = file.readSync(piece.subarray(0, length - done));
    if (n === null) break;
    hash.update(piece.subarray(0, n));
    done += n;
  }
  return hash;
}
