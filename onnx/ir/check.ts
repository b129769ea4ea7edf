/**
 * Checks of a node's operands against its operator's schema.
 *
 * @module
 */
import { type DType, dtypeOfSchema } from "../tensor/mod.ts";
import { type AttributeProto, AttributeProto_AttributeType } from "../proto/mod.ts";
import { formalAt, type Schema, schemaOf } from "./schema.ts";
import { type Node, Value } from "./value.ts";

/**
 * Checks the numbers of inputs and outputs.
 *
 * @throws {TypeError} when there are too few or too many inputs or outputs, or a required one is left out.
 */
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
    throw new TypeError(`has ${range(fewest, greatest)} outputs, got ${outputs}`);
  }
}

/**
 * Checks a node of a model: its operator must exist, and its inputs, outputs and attributes must be those of the
 * operator.
 *
 * @throws {TypeError} saying what is wrong, and what would be right.
 */
export function checkNode(node: Node, outputs: number): void {
  const schema = schemaOf(node.opType, node.opset);
  if (schema === undefined) throw new TypeError(`operator set ${node.opset} has no such operator`);
  const last = node.inputs.findLastIndex((x) => x !== null);
  checkArity(schema, node.inputs.slice(0, last + 1), outputs);
  for (const [name, attribute] of node.attributes) {
    const kind = schema.attributes[name]?.type;
    if (kind === undefined) {
      const known = Object.keys(schema.attributes).join(", ") || "none";
      throw new TypeError(`has no attribute '${name}'; its attributes are: ${known}`);
    }
    const given = attribute.type === "OTHER"
      ? AttributeProto_AttributeType[(attribute.value as AttributeProto).type]
      : attribute.type;
    if (given !== kind) throw new TypeError(`attribute '${name}' must be of kind ${kind}, is ${given}`);
  }
  checkRequired(schema, node.attributes);
}

/** Checks that required attributes are there. @throws {TypeError} naming the first that is missing. */
export function checkRequired(schema: Schema, attributes: ReadonlyMap<string, unknown>): void {
  for (const [name, a] of Object.entries(schema.attributes)) {
    if (a.required && !attributes.has(name)) throw new TypeError(`attribute '${name}' is required`);
  }
}

/**
 * Returns the element types that a schema's type variables stand for, given the operands that are values.
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

/** Returns the element type of a plain number given as operand `index`. */
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
