/**
 * Moves the tensors of a model to a file in its folder.
 *
 * @module
 */
import { create } from "../../deps.ts";
import { bitsOf, dtypeOfCode } from "../tensor/mod.ts";
import { decodeTensor, encodeTensor } from "./codec.ts";
import { type Model, ModelError } from "./model.ts";
import {
  type AttributeProto,
  type GraphProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation as Location,
} from "./onnx_pb.ts";
import { entriesOf, subgraphsOf, tensorsOf } from "./tensors_of.ts";

/** Collects the large tensors of a model for one file, with padding between them. */
export class DataFile {
  /** The bytes of the file, in pieces. */
  readonly chunks: Uint8Array[] = [];
  #size = 0;

  /**
   * Starts an empty file.
   *
   * @param file the name that the model refers to it by
   * @param threshold the least bytes of a tensor that goes there
   */
  constructor(readonly file: string, readonly threshold: number) {}

  /** Moves tensors to this file. Returns the model without them: a copy of what differs, the rest is shared. */
  without(model: Model): Model {
    for (const t of tensorsOf(model)) {
      if (t.dataLocation !== Location.EXTERNAL || entriesOf(t).get("location") !== this.file) continue;
      throw new ModelError(
        `tensor '${t.name}' is stored in '${this.file}', which would be overwritten: read the model with readModel(path)`,
      );
    }
    return model.graph === undefined ? model : copy(model, { graph: this.#graph(model.graph) });
  }

  #graph(graph: GraphProto): GraphProto {
    return copy(graph, {
      initializer: graph.initializer.map((t) => this.#tensor(t)),
      node: graph.node.map((n) =>
        n.attribute.some((a) => subgraphsOf(a).length > 0)
          ? copy(n, { attribute: n.attribute.map((a) => this.#attribute(a)) })
          : n
      ),
    });
  }

  #attribute(a: AttributeProto): AttributeProto {
    if (subgraphsOf(a).length === 0) return a;
    return copy(a, {
      ...(a.g === undefined ? {} : { g: this.#graph(a.g) }),
      graphs: a.graphs.map((g) => this.#graph(g)),
    });
  }

  #tensor(t: TensorProto): TensorProto {
    const bytes = rawSizeOf(t);
    if (bytes === undefined || bytes < this.threshold) return t;
    // Only raw bytes can be stored in another file.
    const raw = t.rawData.length > 0 ? t.rawData : encodeTensor(t.name, decodeTensor(t)).rawData;
    const entries = { location: this.file, offset: this.#append(raw), length: raw.length };
    const outside: Partial<TensorProto> = copy(t, {
      floatData: [],
      doubleData: [],
      int32Data: [],
      int64Data: [],
      uint64Data: [],
      externalData: Object.entries(entries).map(([key, value]) =>
        create(StringStringEntryProtoSchema, { key, value: String(value) })
      ),
      dataLocation: Location.EXTERNAL,
    });
    // Absent, because an empty value would count as a field.
    delete outside.rawData;
    return outside as TensorProto;
  }

  /** Returns the offset at which `raw` starts. */
  #append(raw: Uint8Array): number {
    const unit = raw.length >= 2 ** 20 ? 4096 : 64;
    const start = Math.ceil(this.#size / unit) * unit;
    if (start > this.#size) this.chunks.push(new Uint8Array(start - this.#size));
    this.chunks.push(raw);
    this.#size = start + raw.length;
    return start;
  }
}

/** Returns the bytes of a tensor in raw form; `undefined` for one that cannot be, or need not be, elsewhere. */
function rawSizeOf(t: TensorProto): number | undefined {
  if (t.dataLocation === Location.EXTERNAL) return undefined;
  if (t.rawData.length > 0) return t.rawData.length;
  const dtype = dtypeOfCode(t.dataType);
  if (dtype === undefined || dtype === "string") return undefined;
  return Math.ceil(t.dims.reduce((a, d) => a * Number(d), 1) * (bitsOf(dtype) / 8)) || undefined;
}

/** Returns a message with some fields replaced. It keeps the prototype, where absent fields have their defaults. */
function copy<T extends object>(message: T, fields: Partial<T>): T {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message, fields);
}
