/**
 * Trackers that write a file for each training.
 *
 * @module
 */
import { type TrackedRow, type Tracker, warn } from "./tracker.ts";

/** A file format. */
export interface TrackedFiles {
  /** Its name in warnings. */
  readonly name: string;
  /** Its own folder, which is emptied when the rows start over. */
  readonly folder: string;
  /** The path of a training's file within the folder. */
  readonly path: (training: string) => string;
  /** Returns the first bytes of a file. */
  readonly head: () => Uint8Array;
  /** Encodes rows of one training. */
  readonly encode: (rows: readonly TrackedRow[]) => Uint8Array;
}

/** Returns a tracker that writes files. A row is in its file when `append` returns. */
export function fileTracker({ name, folder, path, head, encode }: TrackedFiles): Tracker {
  const files = new Map<string, Deno.FsFile>();
  let failed = false;
  const close = () => {
    for (const file of files.values()) file.close();
    files.clear();
  };
  const attempt = (work: () => void) => {
    if (failed) return;
    try {
      work();
    } catch (error) {
      failed = true;
      close();
      warn(name, error);
    }
  };
  const append = (rows: readonly TrackedRow[]) => {
    for (const [training, of] of Map.groupBy(rows, (r) => r.training)) {
      let file = files.get(training);
      if (file === undefined) {
        const to = `${folder}/${path(training)}`;
        Deno.mkdirSync(to.slice(0, to.lastIndexOf("/")), { recursive: true });
        file = Deno.openSync(to, { append: true, create: true });
        files.set(training, file);
        if (file.statSync().size === 0) writeAll(file, head());
      }
      writeAll(file, encode(of));
    }
  };
  return {
    restart: (rows) =>
      attempt(() => {
        close();
        try {
          Deno.removeSync(folder, { recursive: true });
        } catch (error) {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        }
        append(rows);
      }),
    append: (rows) => attempt(() => append(rows)),
    finish() {
      attempt(() => {
        for (const file of files.values()) file.syncDataSync();
        close();
      });
      return Promise.resolve();
    },
  };
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}
