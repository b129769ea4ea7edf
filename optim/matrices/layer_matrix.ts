/**
 * A layer's parameters as one matrix `[outputs, inputs]`, with the bias as its last column.
 *
 * @module
 */
import type { StaticShape } from "../../onnx/tensor/mod.ts";
import { type Expr, type Layer, type ParamSpec, transpose } from "../language/mod.ts";

/** Returns the columns of a layer's matrix. */
export function columnsOf({ inputs, bias }: Layer): number {
  return inputs + (bias === undefined ? 0 : 1);
}

/**
 * Returns the layers whose weight is kept, without a bias that is not.
 *
 * @throws {RangeError} when the shape of a parameter is not that of the layer.
 */
export function layersAmong(
  layers: readonly Layer[],
  { params, kept }: {
    readonly params: Readonly<Record<string, Pick<ParamSpec, "shape">>>;
    readonly kept: (name: string) => boolean;
  },
): Layer[] {
  return layers.filter(({ weight }) => kept(weight)).map((layer) => {
    const { weight, bias, inputs, outputs, transposed } = layer;
    const { shape } = params[weight]!;
    const rows = transposed ? [inputs, outputs] : [outputs];
    const fits = shape.length >= 2 && rows.every((d, axis) => shape[axis] === d) &&
      shape.reduce((a, b) => a * b, 1) === inputs * outputs && (!transposed || shape.length === 2);
    if (!fits) wrong(weight, shape, `a ${layer.kind} layer of ${inputs} inputs and ${outputs} outputs`);
    if (bias === undefined || !kept(bias)) {
      const { bias: _, ...without } = layer;
      return without;
    }
    const own = params[bias]!.shape;
    if (own.join() !== String(outputs)) wrong(bias, own, `a bias of ${outputs} outputs`);
    return layer;
  });
}

function wrong(name: string, shape: StaticShape, what: string): never {
  throw new RangeError(`kfac: layers: '${name}' has the shape [${shape.join(", ")}], which ${what} has not`);
}

/** Returns the parameters of a layer, or their gradients, as one matrix. */
export function asMatrix(layer: Layer, { weight, bias }: { weight: Expr; bias?: Expr | undefined }): Expr {
  const { inputs, outputs } = layer;
  const turned = layer.transposed ? transpose(weight) : weight;
  if (bias === undefined && turned.shape.length === 2) return turned;
  const columns = columnsOf(layer);
  return {
    op: "whole",
    name: `layer matrix ${outputs} ${columns}`,
    args: bias === undefined ? [turned] : [turned, bias],
    shape: [outputs, columns],
    host: (w, b) => {
      const out = new Float64Array(outputs * columns);
      for (let i = 0; i < outputs; i++) {
        out.set(w!.subarray(i * inputs, (i + 1) * inputs), i * columns);
        if (b !== undefined) out[(i + 1) * columns - 1] = b[i]!;
      }
      return out;
    },
    graph: (g, w, b) => {
      const flat = g.reshape(w!, [outputs, inputs]);
      return b === undefined ? flat : g.concat([flat, g.reshape(b, [outputs, 1])], { axis: 1 });
    },
  };
}

/** Returns the weight's part of a layer's matrix, in the shape of the weight. */
export function weightPart(matrix: Expr, layer: Layer, shape: StaticShape): Expr {
  const columns = columnsOf(layer);
  if (layer.transposed) {
    return transpose(
      columns === layer.inputs ? matrix : columnsFrom(matrix, layer, [
        layer.outputs,
        layer.inputs,
      ]),
    );
  }
  if (columns === layer.inputs && shape.length === 2) return matrix;
  return columnsFrom(matrix, layer, shape);
}

/** Returns all columns but that of the bias, in a shape. */
function columnsFrom(matrix: Expr, layer: Layer, shape: StaticShape): Expr {
  const { inputs, outputs } = layer;
  const columns = columnsOf(layer);
  return {
    op: "whole",
    name: `layer weight ${inputs} ${shape}`,
    args: [matrix],
    shape,
    host: (m) => {
      const out = new Float64Array(outputs * inputs);
      for (let i = 0; i < outputs; i++) {
        out.set(m!.subarray(i * columns, i * columns + inputs), i * inputs);
      }
      return out;
    },
    graph: (g, m) => {
      const own = columns === inputs ? m! : g.slice(m!, [0], [inputs], [1]);
      return shape.length === 2 ? own : g.reshape(own, [...shape]);
    },
  };
}

/** Returns the bias's part of a layer's matrix: its last column. */
export function biasPart(matrix: Expr, layer: Layer): Expr {
  const { inputs, outputs } = layer;
  const columns = columnsOf(layer);
  return {
    op: "whole",
    name: `layer bias ${outputs} ${columns}`,
    args: [matrix],
    shape: [outputs],
    host: (m) => Float64Array.from({ length: outputs }, (_, i) => m![(i + 1) * columns - 1]!),
    graph: (g, m) => g.reshape(g.slice(m!, [inputs], [columns], [1]), [outputs]),
  };
}
