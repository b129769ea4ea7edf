/**
 * Checks that examples from files fit the model and the loss.
 *
 * @module
 */
import {
  type DataColumn,
  DataError,
  type DataTensor,
  type DType,
  isFloat,
  type ModelValue,
  type Shape,
} from "../../../mod.ts";
import { isStatic, sizeOf } from "../../../onnx/tensor/mod.ts";
import { isTransposed } from "../../../runtime/program/mod.ts";
import type { TuningLoss } from "./losses.ts";
import type { ClassDimension } from "./own_model.ts";
import { firstOutside, withinText } from "./representable.ts";

/** Returns an input as the model expects it: the program casts its elements, and each example has the input's size. */
export function checkedInput(
  column: DataColumn,
  { file, input, scale }: { file: string; input: ModelValue; scale: number },
): DataColumn {
  const { dtype, shape } = column;
  const example = input.shape?.slice(1);
  if (example !== undefined) requireFit(shape.slice(1), { example, what: `${file}: input '${input.name}'` });
  const wanted = input.dtype;
  if (wanted !== undefined && !isFloat(wanted) && isFloat(dtype)) {
    throw new DataError(`${file}: input '${input.name}' takes ${wanted}, got ${dtype}: save it as ${wanted}`);
  }
  const scaled = scale !== 1 && wanted !== undefined && isFloat(wanted) && !isFloat(dtype);
  // Scaled columns become floats of the model's type; columns without a wanted type become float32.
  const as = scaled || wanted === undefined ? "float32" : wanted;
  const shaped = shapedAs(checkedColumn(column, { file, as }), example);
  return scaled ? { ...shaped, scale } : shaped;
}

/** @throws {DataError} for examples of another size than the input's, or with its dimensions in another order: channels last. */
function requireFit(got: readonly number[], { example, what }: { example: Shape; what: string }): void {
  const misfit = (more = "") =>
    new DataError(
      `${what} takes examples of shape [${example.join(", ")}], got [${got.join(", ")}]${more}`,
    );
  if (!isStatic(example)) {
    if (example.length !== got.length) throw misfit();
    return;
  }
  if (sizeOf(example) !== sizeOf(got)) throw misfit();
  if (isTransposed(got, example)) {
    throw misfit(": the same dimensions in another order, so transpose the data");
  }
}

/** Returns targets as the loss expects them. */
export function checkedTarget(
  tensor: DataTensor,
  { file, loss, classes: dimension, output }: {
    file: string;
    loss: TuningLoss;
    classes: ClassDimension;
    output: ModelValue;
  },
): DataTensor {
  const { dtype, shape } = tensor;
  const scores = output.shape;
  // The dimension of the classes.
  const axis = dimension === "last" ? (scores?.length ?? 0) - 1 : 1;
  if (loss === "cross-entropy") {
    if (isFloat(dtype)) {
      throw new DataError(`${file}: cross-entropy takes classes as whole numbers from 0, got ${dtype}`);
    }
    const classes = typeof scores?.[axis] === "number" ? scores[axis] : Infinity;
    const hint = dimension === "second" && (scores?.length ?? 0) > 2
      ? ` in the second dimension (--classes last: ${scores!.at(-1)} in the last)`
      : "";
    classesWithin(tensor, { file, classes, hint });
    tensor = { dtype: "int64", shape, data: BigInt64Array.from(tensor.data as ArrayLike<number>, BigInt) };
  } else {
    requireWithin(tensor, { file, as: "float32" });
    if (loss === "bce") {
      const at = (tensor.data as Float32Array).findIndex((v) => !(Number(v) >= 0 && Number(v) <= 1));
      if (at >= 0) {
        throw new DataError(`${file}: bce takes targets from 0 to 1, number ${at} is ${tensor.data[at]}`);
      }
    }
  }
  const example = loss === "cross-entropy" ? scores?.toSpliced(axis, 1).slice(1) : scores?.slice(1);
  const wanted = isStatic(example) ? example : undefined;
  if (wanted !== undefined && sizeOf(wanted) !== sizeOfRow(tensor)) {
    throw new DataError(
      `${file}: output '${output.name}' of shape [${scores!.join(", ")}] takes targets of shape [${
        [shape[0], ...wanted].join(", ")
      }], got [${shape.join(", ")}]`,
    );
  }
  return shapedAs(tensor, wanted);
}

/** Returns the same elements in the shape that the model declares for an example, if all its dimensions are fixed. */
function shapedAs<Column extends DataColumn>(column: Column, example: Shape | undefined): Column {
  return isStatic(example) ? { ...column, shape: [column.shape[0]!, ...example] } : column;
}

function classesWithin(
  { data }: DataTensor,
  { file, classes, hint }: { file: string; classes: number; hint: string },
): void {
  for (let i = 0; i < data.length; i++) {
    const c = Number(data[i]);
    if (c < 0 || c >= classes) {
      const range = classes === Infinity
        ? "at least 0"
        : `in [0, ${classes - 1}], as the model has ${classes} scores${hint}`;
      throw new DataError(`${file}: the class of example ${i} must be ${range}, got ${c}`);
    }
  }
}

/** The file of a column, and the type to which its numbers are cast. */
interface CastTo {
  readonly file: string;
  readonly as: DType;
}

/** Checks that a column's numbers are finite and fit the type; rows that are read later are checked then. */
function checkedColumn(column: DataColumn, { file, as }: CastTo): DataColumn {
  if (!("read" in column)) {
    requireWithin(column, { file, as });
    return column;
  }
  const { dtype } = column;
  const each = sizeOfRow(column);
  const read = async (rows: Uint32Array) => {
    const data = await column.read(rows);
    const at = firstOutside({ dtype, data }, as);
    if (at < 0) return data;
    throw outside(data[at]!, { file, as, row: rows[Math.floor(at / each)]!, number: at % each });
  };
  return { ...column, read };
}

function requireWithin(tensor: DataTensor, { file, as }: CastTo): void {
  const at = firstOutside(tensor, as);
  if (at < 0) return;
  const each = sizeOfRow(tensor);
  throw outside(tensor.data[at]!, { file, as, row: Math.floor(at / each), number: at % each });
}

/** Returns the number of elements per example. */
function sizeOfRow({ shape }: DataColumn): number {
  return sizeOf(shape.slice(1));
}

function outside(
  value: number | bigint | string,
  { file, as, row, number }: CastTo & { row: number; number: number },
): DataError {
  return new DataError(
    `${file}: every number must be ${withinText(as)}; number ${number} of row ${row} is ${value}`,
  );
}
