/**
 * Reads the notation.
 *
 * @module
 */
import type { Argument, Call, Value } from "./calls.ts";
import { NotationError } from "./notation_error.ts";

/**
 * Returns the calls that a text names, separated by commas: `adam(beta1=0.95), sgd`. Empty parts are left out.
 *
 * @param what the option that holds the text, for messages: `"--optimizer"`
 * @throws {NotationError} saying what is wrong, and pointing at it.
 */
export function readCalls(text: string, what: string): readonly Call[] {
  return new Reader(text, what).calls();
}

/** Returns the one call that a text names. @throws {NotationError} when there is none, more than one, or an error in it. */
export function readCall(text: string, what: string): Call {
  const [call, second] = readCalls(text, what);
  if (call === undefined) throw new NotationError(`${what}: a name is missing`, { text, at: 0 });
  if (second !== undefined) {
    throw new NotationError(`${what} takes one, got a second`, { text, at: second.at });
  }
  return call;
}

/** A name that is a word, if something that may follow one does. */
const WORD = /[A-Za-z_][\w-]*(?=\s*(?:[(),\]]|$))/y;

/** The name of an option. */
const OPTION = /[A-Za-z_][\w-]*(?=\s*=)/y;

/** The path of a file with code. It may hold parentheses, and ends before a comma or its arguments. */
const FILE = /[^,]*?\.[mc]?[jt]s(?=\s*(?:[(),\]]|$))/y;

/** Whatever else stands where a name should: the caller says what there is instead. */
const OTHER = /[^,()[\]='"]+/y;

const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?=\s*(?:[(),\]]|$))/y;

/** The most values within one another: deeper ones are a mistake, and would exhaust the stack. */
const DEEPEST = 32;

/** What is probably meant by a character between calls. */
const HINTS: Readonly<Record<string, string>> = {
  "=": "; options stand in parentheses: adam(beta1=0.9)",
  "[": "; options stand in parentheses: adam(beta1=0.9)",
  ")": '; no "(" is open',
};

/** Reads one text from its start to its end. */
class Reader {
  #at = 0;
  #depth = 0;

  constructor(readonly text: string, readonly what: string) {}

  calls(): Call[] {
    const calls: Call[] = [];
    for (;;) {
      while (this.#takes(","));
      if (this.#at === this.text.length) return calls;
      calls.push(this.#call());
      if (this.#at < this.text.length && this.#next !== ",") {
        this.#refuse(`expected a comma or the end${HINTS[this.#next] ?? ""}`);
      }
    }
  }

  #call(): Call {
    this.#space();
    const at = this.#at;
    const name = (this.#match(WORD) ?? this.#match(FILE) ?? this.#match(OTHER) ?? "").trimEnd();
    if (name === "") this.#refuse("expected a name", at);
    const args = this.#takes("(") ? this.#arguments(this.#at - 1) : [];
    this.#space();
    return { name, args, at };
  }

  /** Reads what stands between the parentheses. @param open the place of the first one */
  #arguments(open: number): Argument[] {
    const args: Argument[] = [];
    if (this.#takes(")")) return args;
    do {
      this.#space();
      if (this.#at === this.text.length) this.#refuseOpen(open, ")");
      const arg = this.#argument();
      if (arg.name !== undefined && args.some((a) => a.name === arg.name)) {
        this.#refuse(`${arg.name} is given twice`, arg.at);
      }
      args.push(arg);
    } while (this.#takes(","));
    if (!this.#takes(")")) this.#refuseOpen(open, ")");
    return args;
  }

  #argument(): Argument {
    this.#space();
    const at = this.#at;
    const name = this.#quoted() ?? this.#match(OPTION);
    if (name !== undefined && this.#takes("=")) {
      this.#space();
      const valueAt = this.#at;
      return { name, value: this.#value(), at, valueAt };
    }
    this.#at = at;
    return { value: this.#value(), at, valueAt: at };
  }

  #value(): Value {
    if (++this.#depth > DEEPEST) this.#refuse(`more than ${DEEPEST} values within one another`);
    const value = this.#anyValue();
    this.#depth--;
    return value;
  }

  #anyValue(): Value {
    this.#space();
    const at = this.#at;
    if (this.#takes("[")) return this.#list(at);
    const text = this.#quoted();
    if (text !== undefined) return text;
    const number = this.#match(NUMBER);
    if (number !== undefined) return this.#number(number, at);
    if (at === this.text.length || /[(),=\]]/.test(this.#next)) this.#refuse("expected a value", at);
    const call = this.#call();
    if (call.name !== "true" && call.name !== "false") return call;
    if (call.args.length > 0) this.#refuse(`${call.name} takes no arguments`, at);
    return call.name === "true";
  }

  #list(open: number): Value[] {
    const values: Value[] = [];
    if (this.#takes("]")) return values;
    do values.push(this.#value()); while (this.#takes(","));
    if (!this.#takes("]")) this.#refuseOpen(open, "]");
    return values;
  }

  #number(text: string, at: number): number {
    const value = Number(text);
    const vanished = value === 0 && /[1-9]/.test(text.replace(/e.*/i, ""));
    if (!Number.isFinite(value) || vanished) this.#refuse(`${text} is beyond the range of numbers`, at);
    // The sign of -0 has no meaning for an option.
    return value === 0 ? 0 : value;
  }

  /** Reads a text in single or double quotes, if one stands here; a backslash takes the next character as it is. */
  #quoted(): string | undefined {
    this.#space();
    const [open, quote] = [this.#at, this.#next];
    if (quote !== "'" && quote !== '"') return undefined;
    let text = "";
    for (let i = open + 1; i < this.text.length; i++) {
      const c = this.text[i]!;
      if (c === quote) {
        this.#at = i + 1;
        return text;
      }
      if (c === "\\") i++;
      text += this.text[i] ?? "";
    }
    return this.#refuse(`the quote ${quote} is not closed`, open);
  }

  get #next(): string {
    return this.text[this.#at] ?? "";
  }

  #space(): void {
    while (/\s/.test(this.#next)) this.#at++;
  }

  /** Reads a character if it stands next, after any space; returns whether it does. */
  #takes(character: string): boolean {
    this.#space();
    if (this.#next !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found === undefined) return undefined;
    this.#at += found.length;
    this.#space();
    return found;
  }

  #refuseOpen(open: number, close: string): never {
    if (this.#at === this.text.length) this.#refuse(`"${this.text[open]}" is not closed`, open);
    this.#refuse(`expected a comma or "${close}"`);
  }

  #refuse(why: string, at = this.#at): never {
    throw new NotationError(`${this.what}: ${why}`, { text: this.text, at });
  }
}
