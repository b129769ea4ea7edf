/**
 * Reads the types and shapes that a model declares.
 *
 * @module
 */
import type { Known } from "../infer/mod.ts";
import { ModelError, type TypeProto } from "../proto/mod.ts";
import { type Dim, type DType, dtypeOfCode, type Shape, shapeText } from "../tensor/mod.ts";

/** The type and shape that a model declares for a value. A dimension without size or name is `null`. */
export interface Declared {
  /** The element type. */
  readonly dtype: DType | undefined;
  /** The dimensions. */
  readonly shape: readonly (Dim | null)[] | undefined;
}

/**
 * Returns what a type declares. Size -1, as some converters write it, counts as open.
 *
 * @throws {RangeError} when a size is negative otherwise, or more than any tensor has, or the element type is unknown.
 */
export function declaredOf(type: TypeProto | undefined): Declared {
  if (type?.value.case !== "tensorType") return { dtype: undefined, shape: undefined };
  const { elemType, shape } = type.value.value;
  const dims = shape?.dim.map((d): Dim | null => {
    if (d.value.case === "dimValue" && d.value.value !== -1n) {
      const size = Number(d.value.value);
      if (Number.isSafeInteger(size) && size >= 0) return size;
      throw new RangeError(`no dimension can have size ${size}`);
    }
    return d.value.case === "dimParam" && d.value.value !== "" ? d.value.value : null;
  });
  const dtype = dtypeOfCode(elemType);
  if (dtype === undefined && elemType !== 0) throw new RangeError(`element type ${elemType} is not known`);
  return { dtype, shape: dims };
}

/** Returns what is known of a value by its declaration, with a symbol from `freshDim` for each open dimension. */
export function opened({ dtype, shape }: Declared, freshDim: () => string): Known {
  return { dtype, shape: shape?.map((d) => d ?? freshDim()) };
}

/** Returns what a type declares as what is known of a value. @throws {RangeError} as {@linkcode declaredOf} does. */
export function knownOf(type: TypeProto | undefined, freshDim: () => string): Known {
  return opened(declaredOf(type), freshDim);
}

/** Returns what is inferred, made more precise by what the model declares. @throws {ModelError} if they contradict. */
export function merged(inferred: Known, declared: Known, who: string): Known {
  if (inferred.dtype !== undefined && declared.dtype !== undefined && inferred.dtype !== declared.dtype) {
    throw new ModelError(`${who}: its output is ${inferred.dtype}, but the model declares ${declared.dtype}`);
  }
  const [a, b] = [inferred.shape, declared.shape];
  const differ = (d: Dim, i: number) => typeof d === "number" && typeof b![i] === "number" && d !== b![i];
  if (a !== undefined && b !== undefined && (a.length !== b.length || a.some(differ))) {
    throw new ModelError(
      `${who}: its output has shape ${shapeText(a)}, but the model declares ${shapeText(b)}`,
    );
  }
  const dtype = inferred.dtype ?? declared.dtype;
  let shape: Shape | undefined = inferred.shape ?? declared.shape;
  if (inferred.shape !== undefined && declared.shape?.length === inferred.shape.length) {
    shape = inferred.shape.map((d, i) => {
      const other = declared.shape![i]!;
      return typeof d === "string" && typeof other === "number" ? other : d;
    });
  }
  return { dtype, shape, contents: inferred.contents, tensor: inferred.tensor };
}
