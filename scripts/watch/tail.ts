/**
 * Reads `metrics.csv` while it grows, each time from where the last read ended.
 *
 * @module
 */
import { type MetricsRow, metricsRows } from "../metrics/mod.ts";

/** The number of last bytes read that must be unchanged for reading to continue after them. */
const REMEMBERED = 64;

/** The largest number of bytes to read at once: no page could show more. */
const MOST = 2 ** 28;

/** The rows of a CSV file that another process writes. */
export class Tail {
  readonly #path: string;
  #offset = 0;
  #last = new Uint8Array();
  #header = "";
  #rows: MetricsRow[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** The rows read so far. */
  get read(): readonly MetricsRow[] {
    return this.#rows;
  }

  /** Reads new rows, and returns all. A row that is still being written is left out. @throws {Error} if the file is damaged. */
  async rows(): Promise<readonly MetricsRow[]> {
    using file = await Deno.open(this.#path);
    const { size } = await file.stat();
    // A resumed run truncates the file, and may have made it as long again.
    if (size < this.#offset || !await this.#same(file)) this.#forget();
    if (size - this.#offset > MOST) throw new Error(`${size} bytes are more than can be shown`);
    const bytes = await read(file, { from: this.#offset, to: size });
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end === 0) return this.#rows;
    const whole = bytes.subarray(0, end);
    const text = new TextDecoder().decode(whole);
    if (this.#offset === 0) this.#header = text.slice(0, text.indexOf("\n") + 1);
    const more = this.#offset === 0 ? text : `${this.#header}${text}`;
    for (const row of metricsRows(more, { line: this.#rows.length + 2 })) this.#rows.push(row);
    this.#offset += end;
    this.#last = whole.slice(-REMEMBERED);
    return this.#rows;
  }

  async #same(file: Deno.FsFile): Promise<boolean> {
    const bytes = await read(file, { from: this.#offset - this.#last.length, to: this.#offset });
    return bytes.every((b, i) => b === this.#last[i]);
  }

  #forget(): void {
    this.#offset = 0;
    this.#last = new Uint8Array();
    this.#rows = [];
  }
}

async function read(file: Deno.FsFile, { from, to }: { from: number; to: number }): Promise<Uint8Array> {
  const bytes = new Uint8Array(to - from);
  await file.seek(from, Deno.SeekMode.Start);
  let done = 0;
  while (done < bytes.length) {
    const n = await file.read(bytes.subarray(done));
    if (n === null) break;
    done += n;
  }
  return bytes.subarray(0, done);
}
