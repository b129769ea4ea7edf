/**
 * Writes shared libraries of a few bytes, for tests that need libraries which a machine lacks: no compiler is needed.
 *
 * @module
 */

/** Whether such libraries can be loaded here: they are for Linux on x86-64. */
export const LOADABLE = Deno.build.os === "linux" && Deno.build.arch === "x86_64";

/** A library: its own name, the names of those that it needs, and the machine code of its functions. */
export interface Library {
  readonly soname: string;
  readonly needed?: readonly string[];
  readonly functions?: Readonly<Record<string, Uint8Array>>;
}

/** Returns the code of `int f() { return value; }`. */
export function returning(value: number): Uint8Array {
  return Uint8Array.of(0xb8, ...bytesOf(4, value), 0xc3);
}

/** Returns the code of `int f(int *into) { *into = value; return 0; }`. */
export function writing(value: number): Uint8Array {
  return Uint8Array.of(0xc7, 0x07, ...bytesOf(4, value), 0x31, 0xc0, 0xc3);
}

/** Returns the code of `int f(char *into) { strcpy(into, text); return 0; }` for a text of at most 7 characters. */
export function naming(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text.padEnd(8, "\0"));
  return Uint8Array.of(0x48, 0xb8, ...bytes, 0x48, 0x89, 0x07, 0x31, 0xc0, 0xc3);
}

/** Returns the code of `int f(int *into, int n) { *into = n - less; return 0; }`. */
export function subtracting(less: number): Uint8Array {
  return Uint8Array.of(0x8d, 0x46, 256 - less, 0x89, 0x07, 0x31, 0xc0, 0xc3);
}

/** Returns the bytes of a library in the executable and linkable format, as `elf(5)` describes it. */
export function elf({ soname, needed = [], functions = {} }: Library): Uint8Array<ArrayBuffer> {
  const names = Object.keys(functions);
  const { strings, at } = stringTable([soname, ...needed, ...names]);
  const symbolBytes = 24 * (names.length + 1);
  const places = layout({
    symbols: symbolBytes,
    strings: strings.length,
    hash: 4 * (2 + 1 + names.length + 1),
    code: Object.values(functions).reduce((sum, f) => sum + f.length, 0),
    dynamic: 16 * (7 + needed.length),
  });
  const out = new Writer(places.end);
  out.at(0).raw([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  // A shared object for x86-64, its program headers, no sections.
  out.numbers(2, 3, 62).numbers(4, 1).numbers(8, 0, HEADER, 0).numbers(4, 0);
  out.numbers(2, HEADER, SEGMENT, SEGMENTS, 64, 0, 0);
  // All of it is loaded; the dynamic section; a stack that is not executable.
  out.segment(1, 7, 0, places.end, 4096);
  out.segment(2, 6, places.dynamic, places.end - places.dynamic, 8);
  out.segment(0x6474e551, 6, 0, 0, 16);
  let code = places.code;
  out.at(places.symbols + 24);
  for (const name of names) {
    out.numbers(4, at(name)).raw([0x12, 0]).numbers(2, 1).numbers(8, code, functions[name]!.length);
    code += functions[name]!.length;
  }
  out.at(places.strings).raw(strings);
  // One bucket, whose chain holds all symbols.
  const chain = names.map((_, i) => i + 1 < names.length ? i + 2 : 0);
  out.at(places.hash).numbers(4, 1, names.length + 1, names.length > 0 ? 1 : 0, 0, ...chain);
  out.at(places.code).raw(Object.values(functions).flatMap((f) => [...f]));
  out.at(places.dynamic).numbers(8, 14, at(soname), ...needed.flatMap((n) => [1, at(n)]));
  out.numbers(8, 4, places.hash, 5, places.strings, 6, places.symbols, 10, strings.length, 11, 24, 0, 0);
  return out.bytes;
}

const [HEADER, SEGMENT, SEGMENTS] = [64, 56, 3];

function stringTable(names: readonly string[]) {
  const text = `\0${names.map((n) => `${n}\0`).join("")}`;
  return { strings: new TextEncoder().encode(text), at: (name: string) => text.indexOf(`\0${name}\0`) + 1 };
}

/** Returns where each part begins, at multiples of 8, and where the last one ends. */
function layout<P extends string>(sizes: Readonly<Record<P, number>>): Record<P | "end", number> {
  let end = HEADER + SEGMENT * SEGMENTS;
  const places = Object.entries<number>(sizes).map(([part, size]) => {
    const start = end;
    end = Math.ceil((start + size) / 8) * 8;
    return [part, start] as const;
  });
  return Object.fromEntries([...places, ["end", end]]) as Record<P | "end", number>;
}

/** Writes numbers, the lowest byte first. */
class Writer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  #place = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  at(place: number): this {
    this.#place = place;
    return this;
  }

  raw(bytes: ArrayLike<number>): this {
    this.bytes.set(bytes, this.#place);
    this.#place += bytes.length;
    return this;
  }

  numbers(size: number, ...values: readonly number[]): this {
    return this.raw(values.flatMap((v) => bytesOf(size, v)));
  }

  segment(kind: number, flags: number, place: number, size: number, align: number): this {
    return this.numbers(4, kind, flags).numbers(8, place, place, place, size, size, align);
  }
}

function bytesOf(size: number, value: number): number[] {
  return Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);
}
