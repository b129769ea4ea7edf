/**
 * Models of one node: every version of every operator, on every element type that its schema allows, with other
 * attributes, inputs and outputs than usual, and with inputs that come from the device.
 *
 * @module
 */
import {
  type AttributeInput,
  buildModel,
  type DType,
  encodeModel,
  Graph,
  type Node,
} from "../../onnx/mod.ts";
import { operatorNames, RUNTIME_OPSETS, type Schema, schemaVersions } from "../../onnx/ir/mod.ts";
import { dtypeOfSchema } from "../../onnx/tensor/mod.ts";
import { ATTRIBUTES, OTHER_VALUES } from "./attributes.ts";

/** A model of one node, named `node`. */
export interface OneNode {
  readonly name: string;
  readonly graph: Graph;
  readonly node: Node;
  readonly bytes: Uint8Array;
}

/** What is unusual about a node. */
interface Unusual {
  readonly types?: Readonly<Record<string, DType>>;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  /** The index of an optional input that it has. */
  readonly input?: number;
  /** The index of an input that a node named `before` computes on the device. */
  readonly fromDevice?: number;
  readonly outputs?: number;
  readonly rank?: number;
}

/** Types in the order in which one is taken for what is not varied. */
const USUAL: readonly DType[] = ["float32", "int64", "bool", "int32", "uint8", "int8"];

/** Types that the runtime's binding or its CPU kernels cannot open. */
const STRANGE = /^(string|complex)/;

/** The oldest operator set whose versions are tried. */
const OLDEST = 7;

/** Returns the models of operators; of all by default. Nodes of sequences, graphs and text are left out. */
export function oneNodeModels(operators: readonly string[] = operatorNames()): OneNode[] {
  const schemas = operators.flatMap((op) => schemaVersions(op))
    .filter((s) => !s.deprecated && s.since >= OLDEST && s.since <= RUNTIME_OPSETS[""]!);
  return schemas.flatMap((s) => unusual(s).flatMap((what) => oneNode(s, what) ?? []));
}

function unusual(schema: Schema): Unusual[] {
  const { inputs, outputCount: [least, most], attributes } = schema;
  const values = Object.entries(attributes)
    .flatMap(([name, { type }]) =>
      (OTHER_VALUES[name] ?? OTHER_VALUES[type] ?? []).map((v) => ({ [name]: v }))
    );
  const range = (n: number) => Array.from({ length: Math.max(0, n) }, (_, i) => i);
  return [
    ...assignments(schema).map((types) => ({ types })),
    ...values.map((attributes) => ({ attributes })),
    ...range(inputs.length).filter((i) => inputs[i]!.multiplicity === "optional").map((input) => ({ input })),
    ...range(inputs.length).map((i) => ({ input: i, fromDevice: i })),
    ...range(Math.min(most, 4) - least).map((i) => ({ outputs: least + i + 1 })),
    ...range(6).map((i) => ({ rank: i + 1 })),
  ];
}

function usualTypes(schema: Schema): [variable: string, usual: DType, all: DType[]][] {
  return Object.entries(schema.types).flatMap(([name, types]) => {
    const all = types.flatMap((t) => dtypeOfSchema(t) ?? []);
    return all.length === 0 ? [] : [[name, USUAL.find((t) => all.includes(t)) ?? all[0]!, all]];
  });
}

/** Returns types for the type variables: each type of each variable, with usual ones for the others. */
function assignments(schema: Schema): Record<string, DType>[] {
  const all = usualTypes(schema).flatMap(([name, usual, types]) =>
    types.map((t) => (t === usual ? {} : { [name]: t }))
  );
  return [...new Map(all.map((types) => [JSON.stringify(types), types])).values()];
}

function oneNode(schema: Schema, what: Unusual): OneNode | undefined {
  const { opType, since, inputs, inputCount, outputs } = schema;
  const usual = Object.fromEntries(usualTypes(schema).map(([name, type]) => [name, type]));
  const types: Record<string, DType | undefined> = { ...usual, ...what.types };
  const dtypeOf = (type: string) => types[type] ?? dtypeOfSchema(type);
  const wanted = inputs.map((f, i) => f.multiplicity !== "optional" || i < inputCount[0] || i === what.input);
  const all = [...inputs.filter((_, i) => wanted[i]), outputs[0]!].map((f) => dtypeOf(f.type));
  if (all.some((t) => t === undefined || STRANGE.test(t))) return undefined;
  const g = new Graph({ opsets: { "": since } });
  try {
    const operands = inputs.map((f, i) => {
      if (!wanted[i]) return null;
      const to = dtypeOf(f.type)!;
      const shape = i === 0 && what.rank ? [2, 2, 4, 4, 4, 4].slice(0, what.rank) : undefined;
      if (i !== what.fromDevice) return g.input(`x${i}`, to, shape);
      const options = { attributes: { to }, name: "before", outputNames: ["before"] };
      return g.emit("Cast", [g.input(`x${i}`, "float32", undefined)], options)[0]!;
    });
    const attributes = { ...attributesOf(schema, types), ...what.attributes };
    const count = what.outputs === undefined ? {} : { outputs: what.outputs };
    const ys = g.emit(opType, operands, { attributes, name: "node", ...count });
    ys.forEach((y, i) => g.output(y, `y${i}`));
    // A second node, which no device takes: the runtime lists the places of nodes only where they differ.
    g.output(g.argMax(g.input("other", "int64", [2, 2])), "z");
    const name = `${opType}-${since} ${JSON.stringify(what)}`;
    return { name, graph: g, node: ys[0]!.producer!, bytes: encodeModel(buildModel(g)) };
  } catch {
    // Such a node cannot be in any graph of the project.
    return undefined;
  }
}

function attributesOf(
  schema: Schema,
  types: Record<string, DType | undefined>,
): Record<string, AttributeInput> {
  const own = ATTRIBUTES[schema.opType] ?? {};
  const required = Object.entries(schema.attributes).filter(([, a]) => a.required);
  const values = required.map(([name, { type }]) => [name, own[name] ?? (type === "INT" ? 1 : [1, 1])]);
  const given = Object.entries(own).filter(([name]) => Object.hasOwn(schema.attributes, name));
  // A variable of outputs alone is the type that an attribute asks for.
  const asked = ["to", "dtype", "output_datatype"].filter((name) => Object.hasOwn(schema.attributes, name));
  const { type } = schema.outputs[0]!;
  const free = types[type] !== undefined && !schema.inputs.some((f) => f.type === type);
  return Object.fromEntries([...values, ...given, ...(free ? asked.map((name) => [name, types[type]]) : [])]);
}
