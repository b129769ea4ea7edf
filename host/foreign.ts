/**
 * The types of functions in native libraries.
 *
 * @module
 */

/** A pointer in native code; only the host that made it can read it. */
export type ForeignPointer = { readonly pointer: never } | null;

/** The types of arguments and results. */
type ForeignType = "i32" | "u32" | "pointer" | "buffer";

/** The arguments and the result of functions, by name. */
export type ForeignSignatures = Readonly<
  Record<string, { readonly parameters: readonly ForeignType[]; readonly result: "i32" | "void" }>
>;

/** The arrays that are passed as buffers. */
type Buffer =
  | Uint8Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

type Argument<T> = T extends "buffer" ? Buffer : T extends "pointer" ? ForeignPointer : number;

type Arguments<Types extends readonly ForeignType[]> = { [I in keyof Types]: Argument<Types[I]> };

/** Functions with given arguments and results. */
export type ForeignFunctions<S extends ForeignSignatures> = {
  readonly [Name in keyof S]: (
    ...values: Arguments<S[Name]["parameters"]>
  ) => S[Name]["result"] extends "void" ? void : number;
};
