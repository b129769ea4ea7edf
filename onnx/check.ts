/**
 * Checks of a node's operands against its operator's schema.
 *
 * @module
 */
import { type DType, dtypeOfSchema } from "./dtype.ts";
import { formalAt, type Schema } from "./schema.ts";
import { Value } from "./value.ts";

/** @throws {TypeError} when there are too few or too many inputs or outputs, or a required one is left out. */
export function checkArity(schema: Schema, operands: readonly unknown[], outputs: number): void {
  const [least, most] = schema.inputCount;
  if (operands.length < least || operands.length > most) {
    throw new TypeError(`takes ${range(least, most)} inputs, got ${operands.length}`);
  }
  operands.forEach((o, i) => {
    const formal = formalAt(schema.inputs, i);
    if (o === null && formal?.multiplicity === "single") {
      throw new TypeError(`input ${i} '${formal.name}' is required`);
    }
  });
  const [fewest, greatest] = schema.outputCount;
  if (outputs < fewest || outputs > greatest) {
    throw new TypeError(`has ${range(fewest, greatest)} outputs, asked for ${outputs}`);
  }
}

/**
 * The element types that a schema's type variables stand for, given the operands that are values.
 *
 * @throws {TypeError} when an operand's type is not allowed, or differs from another's of the same variable.
 */
export function bindTypes(schema: Schema, operands: readonly unknown[]): Record<string, DType> {
  const bound: Record<string, DType> = {};
  operands.forEach((o, i) => {
    const formal = formalAt(schema.inputs, i);
    if (!(o instanceof Value) || formal === undefined || o.known.dtype === undefined) return;
    const dtype = o.known.dtype;
    const allowed = schema.types[formal.type] ?? [formal.type];
    const dtypes = allowed.map(dtypeOfSchema);
    if (!dtypes.includes(dtype)) {
      const known = dtypes.filter((d) => d !== undefined);
      throw new TypeError(
        `input ${i} '${formal.name}' must be one of ${known.join(", ")}; '${o.name}' is ${dtype}`,
      );
    }
    if (!(formal.type in schema.types)) return;
    const before = bound[formal.type];
    if (before === undefined) bound[formal.type] = dtype;
    else if (before !== dtype && formal.homogeneous) {
      throw new TypeError(
        `input ${i} '${formal.name}' must be ${before} as the inputs before it; '${o.name}' is ${dtype}`,
      );
    }
  });
  return bound;
}

/** The element type of a plain number given as operand `index`. */
export function literalDtype(schema: Schema, index: number, bound: Readonly<Record<string, DType>>): DType {
  const type = formalAt(schema.inputs, index)!.type;
  const own = bound[type] ?? dtypeOfSchema(type);
  if (own !== undefined) return own;
  const allowed = (schema.types[type] ?? []).map(dtypeOfSchema);
  const first = Object.values(bound)[0];
  for (const candidate of [first, "int64", "float32"] as const) {
    if (candidate !== undefined && allowed.includes(candidate)) return candidate;
  }
  throw new TypeError(`input ${index} cannot be a plain number; give a value or a tensor`);
}

function range(least: number, most: number): string {
  if (least === most) return String(least);
  return most > 1000 ? `${least} or more` : `${least} to ${most}`;
}
