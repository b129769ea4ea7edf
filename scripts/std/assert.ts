/**
 * The part of `@std/assert` that the project uses, over what Deno bundles.
 *
 * @module
 */
import nodeAssert, { AssertionError } from "node:assert";

export { AssertionError };

// deno-lint-ignore no-explicit-any -- the signature of the real package
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

/** Asserts that `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError({ message: msg || "Expected a truthy value" });
}

/** Asserts that `actual` and `expected` are equal, deeply. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (msg === undefined) nodeAssert.deepStrictEqual(actual, expected);
  else nodeAssert.deepStrictEqual(actual, expected, msg);
}

/** Asserts that `actual` and `expected` are not equal, deeply. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (msg === undefined) nodeAssert.notDeepStrictEqual(actual, expected);
  else nodeAssert.notDeepStrictEqual(actual, expected, msg);
}

/** Asserts that `actual` is `expected`. */
export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  if (!Object.is(actual, expected)) {
    throw new AssertionError({ actual, expected, operator: "strictEqual", ...(msg ? { message: msg } : {}) });
  }
}

/** Asserts that two numbers differ by `tolerance` at most; 1e-7 of the expected by default. */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  const delta = Math.abs(expected - actual);
  if (delta <= allowed) return;
  throw new AssertionError({
    message: `${msg ? `${msg}: ` : ""}${actual} differs from ${expected} by ${delta} > ${allowed}`,
  });
}

/** Asserts that `fn` throws. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass?: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checked(error, { ErrorClass, msgIncludes, msg });
  }
  throw new AssertionError({ message: msg ?? "Expected function to throw" });
}

/** Asserts that the promise of `fn` is rejected. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass?: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return checked(error, { ErrorClass, msgIncludes, msg });
  }
  throw new AssertionError({ message: msg ?? "Expected function to reject" });
}

function checked<E extends Error>(
  error: unknown,
  { ErrorClass, msgIncludes, msg }: {
    ErrorClass: ErrorClass<E> | undefined;
    msgIncludes: string | undefined;
    msg: string | undefined;
  },
): E {
  if (!(error instanceof Error)) throw new AssertionError({ message: `A non-Error was thrown: ${error}` });
  if (ErrorClass && !(error instanceof ErrorClass)) {
    throw new AssertionError({
      message: `${msg ?? ""} Expected ${ErrorClass.name}, got ${error.name}: ${error.message}`,
    });
  }
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    throw new AssertionError({
      message: `${msg ?? ""} Expected message to include "${msgIncludes}", got "${error.message}"`,
    });
  }
  return error as E;
}

/** Asserts that `actual` is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    throw new AssertionError({ message: msg ?? `Expected a value, got ${actual}` });
  }
}

/** Asserts that `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) {
    throw new AssertionError({ message: msg ?? `Expected "${actual}" to match ${expected}` });
  }
}

/** Asserts that `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) {
    throw new AssertionError({ message: msg ?? `Expected "${actual}" to contain "${expected}"` });
  }
}

/** Asserts that `actual` is an instance of `expectedType`. */
export function assertInstanceOf<T>(
  actual: unknown,
  // deno-lint-ignore no-explicit-any -- the signature of the real package
  expectedType: abstract new (...args: any[]) => T,
  msg = "",
): asserts actual is T {
  if (!(actual instanceof expectedType)) {
    throw new AssertionError({ message: msg || `Expected an instance of ${expectedType.name}` });
  }
}

/** Asserts that `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) throw new AssertionError({ message: msg ?? `Expected ${actual} > ${expected}` });
}

/** Asserts that `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) {
    throw new AssertionError({ message: msg ?? `Expected ${actual} >= ${expected}` });
  }
}

/** Asserts that `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) throw new AssertionError({ message: msg ?? `Expected ${actual} < ${expected}` });
}

/** Asserts that `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) {
    throw new AssertionError({ message: msg ?? `Expected ${actual} <= ${expected}` });
  }
}

/** Fails. */
export function fail(msg?: string): never {
  throw new AssertionError({ message: msg ?? "Failed assertion." });
}
