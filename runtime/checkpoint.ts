/**
 * States of a training as safetensors files: the tensors as tensors, all else as JSON in the metadata.
 *
 * @module
 */
import type { Tensor } from "../onnx/mod.ts";
import type { FitState } from "./fit_state.ts";
import { replaceFile } from "./replace_file.ts";
import { parseSafetensors, safetensorsChunks } from "./safetensors.ts";

/** A file that is no checkpoint, or one of another version. */
export class CheckpointError extends Error {
  /** The name of the class. */
  override name = "CheckpointError";
}

/** What a checkpoint holds. */
export interface Checkpoint {
  /** The training. */
  readonly state: FitState;
  /** What its owner keeps with it: plain data. */
  readonly extra: Readonly<Record<string, unknown>>;
}

const FORMAT = "descent checkpoint 1";

/** Prefixes of the names of tensors. Parameters have none, so that other tools find them under their own names. */
const SLOT = "optimizer/";

/**
 * Writes a checkpoint: whole, or not at all, as `replaceFile` does. Any reader of safetensors finds the parameters and running statistics in it
 * under their own names and the optimiser's tensors under `optimizer/<slot>`.
 *
 * @throws {RangeError} for a parameter whose own name begins with `optimizer/`; whatever the file system says.
 */
export async function writeCheckpoint(path: string, { state, extra }: Checkpoint): Promise<void> {
  const { train, ...rest } = state;
  const tensors: Record<string, Tensor> = { ...train.params, ...train.buffers };
  for (const name of Object.keys(tensors)) {
    if (name.startsWith(SLOT)) throw new RangeError(`a parameter cannot be named '${name}' in a checkpoint`);
  }
  for (const [name, t] of Object.entries(train.optimizer.slots)) tensors[SLOT + name] = t;
  const data = {
    ...rest,
    count: train.optimizer.count,
    steps: train.step,
    buffers: Object.keys(train.buffers),
  };
  const metadata = { format: FORMAT, state: exactJson(data), extra: exactJson(extra) };
  await replaceFile(path, safetensorsChunks(tensors, { metadata }));
}

/**
 * Reads a checkpoint.
 *
 * @throws {SafetensorsError} when the file is damaged
 * @throws {CheckpointError} when it holds something else.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, metadata } = parseSafetensors(await Deno.readFile(path), { name: path });
  if (metadata.format !== FORMAT) {
    throw new CheckpointError(
      `${path}: holds no '${FORMAT}', its format is '${metadata.format ?? "not named"}'`,
    );
  }
  const { count, steps, buffers, ...rest } = parse(metadata.state, path) as
    & Omit<FitState, "train">
    & { count: number; steps: number; buffers: string[] };
  const all = Object.entries(tensors);
  const own = all.filter(([name]) => !name.startsWith(SLOT));
  const slots = all.filter(([name]) => name.startsWith(SLOT)).map((
    [name, t],
  ) => [name.slice(SLOT.length), t]);
  const train = {
    params: Object.fromEntries(own.filter(([name]) => !buffers.includes(name))),
    optimizer: { count, slots: Object.fromEntries(slots) },
    buffers: Object.fromEntries(own.filter(([name]) => buffers.includes(name))),
    step: steps,
  };
  return { state: { ...rest, train }, extra: parse(metadata.extra, path) as Checkpoint["extra"] };
}

function parse(text: string | undefined, path: string): unknown {
  try {
    return parseExactJson(text ?? "");
  } catch (error) {
    throw new CheckpointError(`${path}: its state is not JSON`, { cause: error });
  }
}

/** JSON in which numbers that it lacks, NaN, the infinities and -0, are `{"number": "NaN"}` and the like. */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_, v) => {
    const plain = typeof v !== "number" || (Number.isFinite(v) && !Object.is(v, -0));
    return plain ? v : { number: Object.is(v, -0) ? "-0" : String(v) };
  });
}

/** What {@linkcode exactJson} wrote. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_, v) => {
    const keys = typeof v === "object" && v !== null ? Object.keys(v) : [];
    return keys.length === 1 && keys[0] === "number" && typeof v.number === "string" ? Number(v.number) : v;
  });
}
