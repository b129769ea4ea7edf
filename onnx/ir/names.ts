/**
 * The names of values, and the symbols for sizes.
 *
 * @module
 */

/** The names and symbols that a graph shares with its subgraphs: no two of its values have the same name. */
export class Names {
  /** For each name that is taken, the last number that was appended to it. */
  readonly #taken = new Map<string, number>();
  /** Names that only outputs may take. */
  readonly #reserved = new Set<string>();
  #dims = 0;

  /** Returns whether a name is taken. */
  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /** Takes a name as near to `hint` as possible. */
  fresh(hint: string): string {
    let name = hint;
    while (this.#taken.has(name)) {
      const count = this.#taken.get(hint)! + 1;
      this.#taken.set(hint, count);
      name = `${hint}_${count}`;
    }
    this.#taken.set(name, 0);
    return name;
  }

  /** Returns `name` if it is free or, with `reserved`, if it is reserved; else a free name like it. */
  free(name: string, { reserved }: { reserved: boolean }): string {
    if (!this.#taken.has(name) || reserved && this.#reserved.has(name)) return name;
    const fresh = this.fresh(name);
    this.#taken.delete(fresh);
    return fresh;
  }

  /** Reserves names for outputs; those that are taken are skipped. */
  reserve(names: readonly string[]): void {
    for (const name of names) {
      if (this.#taken.has(name)) continue;
      this.#taken.set(name, 0);
      this.#reserved.add(name);
    }
  }

  /** Frees a name that was reserved; does nothing to others. */
  release(name: string): void {
    if (this.#reserved.delete(name)) this.#taken.delete(name);
  }

  /** Takes a name. @throws {RangeError} when it is taken or empty. */
  claim(name: string): void {
    if (name === "") throw new RangeError("a value's name must not be empty");
    if (this.#taken.has(name)) {
      throw new RangeError(`the name '${name}' is taken by another value of the graph`);
    }
    this.#taken.set(name, 0);
  }

  /** Returns a new symbol for a size. */
  freshDim(hint: string): string {
    return `${hint}__${this.#dims++}`;
  }
}
