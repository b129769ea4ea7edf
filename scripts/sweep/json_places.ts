/**
 * Finds where the fields of a JSON text are, for errors that point at them.
 *
 * @module
 */

/** A place in a text: line and column, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A text that is not JSON. */
export class JsonSyntaxError extends Error {
  override name = "JsonSyntaxError";
  /** The index of the first character that is not JSON. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The deepest value to look into: a sweep file needs five. */
const DEEPEST = 50;

const SPACE = /[ \t\n\r]*/y;
// cspell:ignore bfnrt
// deno-lint-ignore no-control-regex -- JSON allows none in a string
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** Returns the place of a character. */
export function placeAt(text: string, at: number): Place {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/**
 * Returns where all fields begin, by their paths, such as `space.epochs` and `space.epochs[1]`: a member at its name; the
 * whole has the path "".
 *
 * @throws {JsonSyntaxError} at the first character that is not JSON
 */
export function jsonPlaces(text: string): ReadonlyMap<string, number> {
  const scan = new Scan(text);
  scan.value("", 0);
  scan.end();
  return scan.places;
}

/** One pass over a text. */
class Scan {
  readonly places = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#take(SPACE);
    this.places.set("", this.#at);
  }

  /** Passes a value, and notes what it holds under its path. */
  value(path: string, depth: number): void {
    if (depth > DEEPEST) throw this.#error(`values nest deeper than ${DEEPEST}`);
    if (this.#next("{")) this.#members(path, depth);
    else if (this.#next("[")) this.#elements(path, depth);
    else if (this.#take(STRING) === undefined && this.#take(SCALAR) === undefined) {
      throw this.#error("expected a value");
    }
    this.#take(SPACE);
  }

  /** Requires the end of the text. */
  end(): void {
    if (this.#at < this.#text.length) throw this.#error("expected the end of the file");
  }

  #members(path: string, depth: number): void {
    if (this.#next("}")) return;
    do {
      const at = this.#at;
      const name = this.#take(STRING);
      if (name === undefined) throw this.#error("expected a name in double quotes");
      const member = path === "" ? JSON.parse(name) : `${path}.${JSON.parse(name)}`;
      this.places.set(member, at);
      this.#take(SPACE);
      if (!this.#next(":")) throw this.#error(`expected ":" after the name ${name}`);
      this.value(member, depth + 1);
    } while (this.#next(","));
    if (!this.#next("}")) throw this.#error('expected "," or "}"');
  }

  #elements(path: string, depth: number): void {
    if (this.#next("]")) return;
    let i = 0;
    do {
      const element = `${path}[${i++}]`;
      this.places.set(element, this.#at);
      this.value(element, depth + 1);
    } while (this.#next(","));
    if (!this.#next("]")) throw this.#error('expected "," or "]"');
  }

  /** Passes a character and the space after it; returns whether it was there. */
  #next(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    this.#take(SPACE);
    return true;
  }

  /** Passes and returns what a pattern matches here. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #error(message: string): JsonSyntaxError {
    const rest = this.#text.slice(this.#at).split(/\s/)[0]!.slice(0, 20);
    const got = this.#at < this.#text.length ? JSON.stringify(rest) : "the end of the file";
    return new JsonSyntaxError(`${message}, got ${got}`, this.#at);
  }
}
