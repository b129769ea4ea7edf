/**
 * What a run reads: data, models, code. Its `config.json` holds a digest of each file, and a run that is gone on with is refused
 * where one of them has changed.
 *
 * @module
 */
import { UsageError } from "./errors.ts";
import { digestFile, digestText, type InputDigest, type InputKind, sameContent } from "./input_digest.ts";

/** Digests by the name of the file. */
export type InputDigests = Readonly<Record<string, InputDigest>>;

/** The files that a run reads. */
export class Inputs {
  readonly #read = new Map<string, InputDigest>();
  #expected: { readonly run: string; readonly digests: InputDigests } | undefined;

  /** From now on, whatever is read has to be as it was for this run. */
  expect(run: string, digests: InputDigests): void {
    this.#expected = { run, digests };
  }

  /**
   * Notes that a file is about to be read. Nothing is noted of one that cannot be: whoever reads it says why.
   *
   * @param options.name what it is called in `config.json`; its path by default
   * @throws {UsageError} naming the file and both digests, when it is not as it was for the run that is gone on with.
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

  /** Checks that all was read that was read before. @throws {UsageError} naming what was not. */
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

  /** Whether what is read is compared with what was read before. */
  get compared(): boolean {
    return this.#expected !== undefined;
  }

  /** The digests of what was read so far. */
  get digests(): InputDigests {
    return Object.fromEntries(this.#read);
  }
}

const REMEDY = "put back the file as it was, or start a new run";

/** Those of the run of this process, which has one at most. */
export const INPUTS = new Inputs();

/** Notes files of a data set by name, which may lie elsewhere when the run is gone on with: each is called `<set>/<file>`. */
export function noteFilesOf(set: string): (path: string) => Promise<void> {
  return (path) =>
    INPUTS.note(path, { kind: "data", name: `${set}/${path.slice(path.lastIndexOf("/") + 1)}` });
}
