/**
 * Finds the nodes that read an initializer, grouped by the parameter of the network that each reads.
 *
 * @module
 */
import { clone } from "../../deps.ts";
import { MODULES_KEY } from "../convert/mod.ts";
import {
  decodeTensor,
  type Model,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "../proto/mod.ts";
import { numbersOf } from "../tensor/mod.ts";

/** A node that reads an initializer, directly or through nodes that only change its layout. */
export interface Place {
  readonly node: NodeProto;
  readonly index: number;
  /** The layout nodes between, from the initializer on. */
  readonly path: readonly NodeProto[];
}

/** Operators whose output holds the elements of their first input. */
const LAYOUT = new Set([
  "Cast",
  "Expand",
  "Flatten",
  "Identity",
  "Reshape",
  "Squeeze",
  "Transpose",
  "Unsqueeze",
]);

/** The index of the weight in operators that also have a bias. */
const BESIDE_BIAS: Readonly<Record<string, number>> = {
  Conv: 1,
  ConvTranspose: 1,
  GRU: 1,
  Gemm: 1,
  LSTM: 1,
  RNN: 1,
};

/** Operators whose operands may be a module's own parameters; layers are modules of their own, called twice. */
const ELEMENTWISE = new Set(["Add", "Div", "Mul", "Sub"]);

/** The inputs of `BatchNormalization` that are running statistics. */
const STATISTICS = [3, 4];

/** Returns whether a parameter that these places read is a running statistic of a batch normalization. */
export function isStatistic([place]: readonly Place[]): boolean {
  return place?.node.opType === "BatchNormalization" && STATISTICS.includes(place.index);
}

/** Matches the number of a module in a list of modules. */
const NUMBER = /(^|[./])\d+(?=$|[./])/g;

/** Finds the nodes of a model's graph that read an initializer. */
export class WeightReaders {
  readonly #producers = new Map<string, NodeProto>();
  readonly #readers = new Map<string, { node: NodeProto; index: number }[]>();
  readonly #names = new Set<string>();
  readonly #modules: ReadonlySet<string>;

  /** Takes a model, which {@linkcode copy} changes. */
  constructor(readonly model: Model) {
    for (const node of this.#graph.node) {
      for (const y of node.output) this.#producers.set(y, node);
      node.input.forEach((x, index) => {
        const list = this.#readers.get(x) ?? [];
        list.push({ node, index });
        this.#readers.set(x, list);
      });
      for (const n of [...node.input, ...node.output]) this.#names.add(n);
    }
    for (const t of this.#graph.initializer) this.#names.add(t.name);
    this.#modules = new Set(this.#graph.node.flatMap((n) => scopeOf(n) ?? []));
  }

  /** Returns the places that read an initializer, grouped by the parameter that each belongs to. */
  groups(name: string, { apart = false } = {}): Place[][] {
    const tensor = this.#graph.initializer.find((t) => t.name === name);
    const places = tensor === undefined ? [] : this.#places(name);
    if (places.length < 2) return [places];
    const groups = new Map<string, Place[]>();
    for (const [key, place] of this.#keyed(places, { uniform: isUniform(tensor!), apart })) {
      groups.set(key, [...groups.get(key) ?? [], place]);
    }
    // A parameter keeps the name, if there is one.
    return [...groups.values()].sort((a, b) => Number(isStatistic(a)) - Number(isStatistic(b)));
  }

  /** Returns whether a batch normalization reads its running statistics from an initializer. */
  isStatistic(name: string): boolean {
    return this.#places(name).some((place) => isStatistic([place]));
  }

  /** Pairs each place with a key of the parameter that it belongs to. */
  #keyed(
    places: readonly Place[],
    { uniform, apart }: { uniform: boolean; apart: boolean },
  ): [string, Place][] {
    const scopes = places.map((p) => scopeOf(p.node));
    const modules = scopes.map((s) => s === undefined ? undefined : this.#moduleOf(s));
    const statistics = places.map((p, i) =>
      isStatistic([p]) ? `statistics ${p.index} of ${modules[i] ?? p.node.output[0]}` : undefined
    );
    if (!uniform) {
      // Copies of a layer differ in their number in a list of layers; other tensors that several modules read are one
      // parameter.
      const kinds = places.map((p, i) => `${p.node.opType} ${p.index} ${modules[i]?.replace(NUMBER, "$1#")}`);
      const copies = new Set(kinds).size === 1 && !modules.includes(undefined);
      return places.map((p, i) => [copies ? modules[i]! : "", p]);
    }
    return places.map((p, i) => {
      const module = modules[i];
      if (statistics[i] !== undefined) return [statistics[i], p];
      const calls = new Set(scopes.filter((_, k) => modules[k] === module));
      // A module that is called twice may have had its weight written twice.
      if (module !== undefined && calls.size > 1) return [module, p];
      const weight = this.#weightBeside(p.node, p.index);
      if (weight !== undefined) return [`${weight} in ${module}`, p];
      const node = module === undefined || (apart && ELEMENTWISE.has(p.node.opType));
      return [node ? `node ${p.node.output[0]}` : `${p.node.opType} in ${module}`, p];
    });
  }

  /** Gives places a copy of an initializer, and copies the layout nodes on the way to them. */
  copy(name: string, { places, number }: { places: readonly Place[]; number: number }): string {
    const { initializer, node: nodes, valueInfo } = this.#graph;
    const copied = this.#fresh(`${name}_${number}`);
    const tensor = initializer.find((t) => t.name === name)!;
    initializer.push(Object.assign(clone(TensorProtoSchema, tensor), { name: copied }));
    const info = valueInfo.find((v) => v.name === name);
    if (info !== undefined) {
      valueInfo.push(Object.assign(clone(ValueInfoProtoSchema, info), { name: copied }));
    }
    const made = new Map<NodeProto, string>();
    for (const { node, index, path } of places) {
      let at = copied;
      for (const step of path) {
        const known = made.get(step);
        const output = known ?? this.#fresh(`${step.output[0]}_${number}`);
        if (known === undefined) {
          const twin = clone(NodeProtoSchema, step);
          [twin.input[0], twin.output[0], twin.name] = [at, output, output];
          nodes.splice(nodes.indexOf(step) + 1, 0, twin);
          made.set(step, output);
        }
        at = output;
      }
      node.input[index] = at;
    }
    return copied;
  }

  get #graph(): NonNullable<Model["graph"]> {
    return this.model.graph!;
  }

  #places(name: string, path: readonly NodeProto[] = []): Place[] {
    return (this.#readers.get(name) ?? []).flatMap(({ node, index }) =>
      index === 0 && LAYOUT.has(node.opType) && node.domain === ""
        ? this.#places(node.output[0]!, [...path, node])
        : [{ node, index, path }]
    );
  }

  /** Returns a module by its path. Some files call the second call of `fc` `fc_1`. */
  #moduleOf(scope: string): string {
    const parts = scope.split("/");
    return parts.map((part, i) => {
      const base = part.replace(/_\d+$/, "");
      return base !== part && this.#modules.has([...parts.slice(0, i), base].join("/")) ? base : part;
    }).join("/");
  }

  /** Returns the initializer that a bias's weight comes from. */
  #weightBeside(node: NodeProto, index: number): string | undefined {
    const own = BESIDE_BIAS[node.opType];
    if (own !== undefined && index > own) return this.#root(node.input[own]!);
    if (node.opType !== "Add") return undefined;
    let at = node.input[1 - index]!;
    for (let from = this.#producers.get(at); from !== undefined; from = this.#producers.get(at)) {
      if (["MatMul", "Gemm", "Conv", "ConvTranspose"].includes(from.opType)) {
        return this.#root(from.input[1]!) ?? this.#root(from.input[0]!);
      }
      if (!LAYOUT.has(from.opType)) return undefined;
      at = from.input[0]!;
    }
    return undefined;
  }

  #root(name: string): string | undefined {
    let at = name;
    for (let from = this.#producers.get(at); from !== undefined; from = this.#producers.get(at)) {
      if (!LAYOUT.has(from.opType) && from.opType !== "Slice") return undefined;
      at = from.input[0]!;
    }
    return this.#graph.initializer.some((t) => t.name === at) ? at : undefined;
  }

  #fresh(name: string): string {
    let fresh = name;
    for (let i = 1; this.#names.has(fresh); i++) fresh = `${name}_${i}`;
    this.#names.add(fresh);
    return fresh;
  }
}

/** Returns whether all elements are the same number. */
function isUniform(tensor: TensorProto): boolean {
  const values = numbersOf(decodeTensor(tensor));
  return Array.prototype.every.call(values, (v: number) => v === values[0]);
}

/**
 * Returns the path of the module that a node belongs to, from the file's notes or the node's name; else `undefined`.
 */
function scopeOf({ name, metadataProps }: NodeProto): string | undefined {
  const noted = metadataProps.find((e) => e.key === MODULES_KEY)?.value;
  if (noted !== undefined) return [...noted.matchAll(/'([^']*)'/g)].map((m) => m[1]!).at(-2);
  return /^\/(.*\/)?[^/]+$/.test(name) ? name.slice(1, Math.max(1, name.lastIndexOf("/"))) : undefined;
}
