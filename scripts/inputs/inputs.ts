/**
 * Tracks the files that a run reads: data, models and code. `config.json` holds a digest of each, and `--resume` is
 * refused if one of them has changed.
 *
 * @module
 */
import { UsageError } from "../console/mod.ts";
import { digestFile, digestText, type InputDigest, type InputKind, sameContent } from "./input_digest.ts";

/** Digests by the name of the file. */
export type InputDigests = Readonly<Record<string, InputDigest>>;

/** The files that a run reads. */
export class Inputs {
  readonly #read = new Map<string, InputDigest>();
  #expected: { readonly run: string; readonly digests: InputDigests } | undefined;

  /** Requires all files read from now on to be the same as for this run. */
  expect(run: string, digests: InputDigests): void {
    this.#expected = { run, digests };
  }

  /**
   * Records the digest of a file before it is read. A file that cannot be read is not recorded: reading it reports why.
   *
   * @param options.name its name in `config.json`; its path by default
   * @throws {UsageError} naming the file and both digests, when it has changed since the resumed run was started.
   */
  async note(path: string, { kind, name = path }: { kind: InputKind; name?: string }): Promise<void> {
    if (this.#read.has(name)) return;
    const digest = await digestFile(path, kind).catch(() => undefined);
    if (digest === undefined) return;
    this.#requireSame(path, { name, digest });
    this.#read.set(name, digest);
  }

  #requireSame(path: string, { name, digest }: { name: string; digest: InputDigest }): void {
    if (this.#expected === undefined) return;
    const { run, digests } = this.#expected;
    const before = Object.hasOwn(digests, name) ? digests[name] : undefined;
    if (before !== undefined && sameContent(before, digest)) return;
    const was = before === undefined ? "was not read" : `was ${digestText(before)}`;
    throw new UsageError(
      `${path} has changed: when ${run} was started it ${was}, now it is ${digestText(digest)}: ${REMEDY}`,
    );
  }

  /** Checks that all files of the resumed run were read again. @throws {UsageError} naming one that was not. */
  requireAll(): void {
    if (this.#expected === undefined) return;
    const { run, digests } = this.#expected;
    const missing = Object.keys(digests).find((name) => !this.#read.has(name));
    if (missing === undefined) return;
    throw new UsageError(
      `${missing} is not read now: when ${run} was started it was ${
        digestText(digests[missing]!)
      }: ${REMEDY}`,
    );
  }

  /** Whether files are compared with those of a resumed run. */
  get compared(): boolean {
    return this.#expected !== undefined;
  }

  /** The digests of the files read so far. */
  get digests(): InputDigests {
    return Object.fromEntries(this.#read);
  }
}

const REMEDY = "restore the file, or start a new run";

/** The input files of this process, which does one run at most. */
export const INPUTS = new Inputs();

/**
 * Returns a function that records files of a data set as `<set>/<file>`, because the folder may differ when the run is
 * resumed.
 */
export function noteFilesOf(set: string): (path: string) => Promise<void> {
  return (path) =>
    INPUTS.note(path, { kind: "data", name: `${set}/${path.slice(path.lastIndexOf("/") + 1)}` });
}
