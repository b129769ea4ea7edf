/**
 * States of a training as safetensors files: the tensors as tensors, all else as JSON in the metadata.
 *
 * @module
 */
import { DescentError } from "../../options/mod.ts";
import { NotAFile, readFile, replaceFile } from "../../files/mod.ts";
import type { Tensor } from "../../onnx/mod.ts";
import { brokenSeal, seal, UNSEALED } from "./checkpoint_digest.ts";
import { ofRule, ruleOf } from "../../optim/mod.ts";
import { type StoredSwitchState, storedSwitchState, switchStateOf } from "../../schedules/mod.ts";
import type { FitState } from "../training/mod.ts";
import { parseSafetensors, safetensorsChunks } from "./safetensors.ts";

/** Reports a file that is not a checkpoint, or one of another version. */
export class CheckpointError extends DescentError {
  /** The name of the class. */
  override name = "CheckpointError";
}

/** The content of a checkpoint. */
export interface Checkpoint {
  /** The training. */
  readonly state: FitState;
  /** Data of the caller: a plain object that JSON can hold. */
  readonly extra: Readonly<Record<string, unknown>>;
}

const FORMAT = "descent checkpoint 2";

/** Formats that can be read; checkpoints of the first have no digest. */
const FORMATS: readonly string[] = ["descent checkpoint 1", FORMAT];

/** The prefix of the optimizer's tensors. Parameters keep their own names, for other tools. */
const SLOT = "optimizer/";

/** The prefix of all tensors of the state before the epoch. */
const START = "epoch-start/";

/**
 * Writes a checkpoint: whole, or not at all, as `replaceFile` does. Any reader of safetensors finds the parameters and
 * running statistics in it under their own names and the optimizer's tensors under `optimizer/<slot>`. The metadata
 * hold the SHA-256 of the file with zeros instead of that digest.
 *
 * @throws {RangeError} for a parameter whose own name begins with `optimizer/` or `epoch-start/`; whatever the file system
 * says.
 *
 * @example
 * ```ts
 * import { digits, fit, type FitState, linear, readCheckpoint, sgd, withLoss, writeCheckpoint } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const { x, y } = digits().inputs;
 * const options = {
 *   model: withLoss(linear({ inputs: 64, outputs: 10 }), { loss: "cross-entropy" }),
 *   optimizer: sgd({ learningRate: 0.001 }),
 *   train: { x: x!, target: y! },
 *   batchSize: 599,
 * };
 * const path = await Deno.makeTempFile({ suffix: ".safetensors" });
 * const save = (state: FitState) => writeCheckpoint(path, { state, extra: {} });
 * await fit({ ...options, epochs: 1, checkpoint: { save } });
 * const { state: resume } = await readCheckpoint(path);
 * const resumed = await fit({ ...options, epochs: 2, resume });
 * const whole = await fit({ ...options, epochs: 2 });
 * assertEquals(resumed.state.params, whole.state.params);
 * await Deno.remove(path);
 * ```
 */
export async function writeCheckpoint(path: string, { state, extra }: Checkpoint): Promise<void> {
  const { tensors, data } = pack(state);
  const metadata = { format: FORMAT, digest: UNSEALED, state: exactJson(data), extra: exactJson(extra) };
  const chunks = safetensorsChunks(tensors, { metadata });
  seal(chunks);
  await replaceFile(path, chunks);
}

/**
 * Reads a checkpoint. Checkpoints of earlier versions, which have no digest, can be read too.
 *
 * @throws {SafetensorsError} when the file is damaged
 * @throws {CheckpointError} when it holds something else, a byte of it changed after it was written, or it is a folder,
 * a pipe or a device.
 *
 * @example
 * ```ts
 * import { digits, fit, linear, readCheckpoint, sgd, withLoss, writeCheckpoint } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const { x, y } = digits().inputs;
 * const options = {
 *   model: withLoss(linear({ inputs: 64, outputs: 10 }), { loss: "cross-entropy" }),
 *   optimizer: sgd({ learningRate: 0.001 }),
 *   train: { x: x!, target: y! },
 *   batchSize: 599,
 * };
 * const path = await Deno.makeTempFile({ suffix: ".safetensors" });
 * await fit({ ...options, epochs: 1, checkpoint: { save: (state) => writeCheckpoint(path, { state, extra: { note: "first" } }) } });
 * const { state, extra } = await readCheckpoint(path);
 * await Deno.remove(path);
 * assertEquals([state.step, extra], [3, { note: "first" }]);
 * ```
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw error instanceof NotAFile
      ? new CheckpointError(`${path}: ${error.message}`, { cause: error })
      : error;
  }
  return parseCheckpoint(bytes, path);
}

/** Reads a checkpoint's bytes. @throws as {@linkcode readCheckpoint}. */
export function parseCheckpoint(bytes: Uint8Array, path: string): Checkpoint {
  const { tensors, metadata } = parseSafetensors(bytes, { name: path });
  if (!FORMATS.includes(metadata.format ?? "")) {
    throw new CheckpointError(
      `${path}: holds no '${FORMAT}', its format is '${metadata.format ?? "not named"}'`,
    );
  }
  const sealed = metadata.digest !== undefined || metadata.format === FORMAT;
  const broken = sealed ? brokenSeal(bytes) : null;
  if (broken !== null) {
    throw new CheckpointError(
      `${path} changed after it was written: its SHA-256 is ${broken.is}, should be ${broken.was}`,
    );
  }
  const data = parse(metadata.state, path);
  if (!isPacked(data)) {
    throw new CheckpointError(`${path}: its state is incomplete: it is not a checkpoint of a training`);
  }
  const extra = parse(metadata.extra, path);
  if (!isRecord(extra)) throw new CheckpointError(`${path}: its metadata "extra" must be a JSON object`);
  return { state: unpack(tensors, data), extra };
}

/** A state without its tensors. */
interface Packed extends Omit<FitState, "train" | "epochStart" | "switching"> {
  /** The state of the criterion, under the names that checkpoints have always used. */
  readonly switching: StoredSwitchState | null;
  /** The number of the optimizer's updates. */
  readonly count: number;
  /** The rule that the optimizer's tensors belong to, if known. */
  readonly rule?: string;
  /** The number of steps that masks of dropout are drawn by. */
  readonly draws: number;
  /** The names of the tensors that are running statistics. */
  readonly buffers: readonly string[];
  readonly epochStart: Packed | null;
}

type Tensors = Readonly<Record<string, Tensor>>;

function pack({ train, epochStart, ...rest }: FitState): { tensors: Tensors; data: Packed } {
  const own = { ...train.params, ...train.buffers };
  const reserved = Object.keys(own).find((n) => n.startsWith(SLOT) || n.startsWith(START));
  if (reserved !== undefined) {
    throw new RangeError(`a parameter cannot be named '${reserved}' in a checkpoint`);
  }
  const start = epochStart && pack(epochStart);
  const tensors = {
    ...own,
    ...prefixed(SLOT, train.optimizer.slots),
    ...prefixed(START, start?.tensors ?? {}),
  };
  const rule = ruleOf(train.optimizer);
  const data = {
    ...rest,
    switching: rest.switching && storedSwitchState(rest.switching),
    count: train.optimizer.count,
    ...(rule === undefined ? {} : { rule }),
    draws: train.step,
    buffers: Object.keys(train.buffers),
    epochStart: start && start.data,
  };
  return { tensors, data };
}

function unpack(tensors: Tensors, packed: Packed): FitState {
  const { count, rule, draws, buffers, epochStart, switching, ...rest } = packed;
  const own = Object.entries(tensors).filter(([n]) => !n.startsWith(SLOT) && !n.startsWith(START));
  const state = { count, slots: unprefixed(SLOT, tensors) };
  const train = {
    params: Object.fromEntries(own.filter(([n]) => !buffers.includes(n))),
    optimizer: rule === undefined ? state : ofRule(rule, state),
    buffers: Object.fromEntries(own.filter(([n]) => buffers.includes(n))),
    step: draws,
  };
  return {
    ...rest,
    train,
    switching: switching && switchStateOf(switching),
    epochStart: epochStart && unpack(unprefixed(START, tensors), epochStart),
  };
}

function prefixed(prefix: string, tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, t]) => [prefix + name, t]));
}

function unprefixed(prefix: string, tensors: Tensors): Tensors {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, t]) => [name.slice(prefix.length), t]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Returns whether a value is a state as {@linkcode pack} makes it: the counters integers, the rest of the right kind.
 */
function isPacked(value: unknown): value is Packed {
  if (!isRecord(value)) return false;
  const counters = [value.step, value.epoch, value.batch, value.count, value.draws];
  const whole = counters.every((c) => Number.isSafeInteger(c) && Number(c) >= 0);
  const records = [value.faults, value.order].every(isRecord);
  const options = [value.plateau, value.switching].every((o) => o === null || isRecord(o));
  const start = value.epochStart === null || isPacked(value.epochStart);
  const lists = [value.epochs, value.buffers].every(Array.isArray);
  const rule = value.rule === undefined || typeof value.rule === "string";
  return whole && records && options && start && lists && rule && typeof value.lossSum === "number";
}

function parse(text: string | undefined, path: string): unknown {
  try {
    return parseExactJson(text ?? "");
  } catch (error) {
    throw new CheckpointError(`${path}: its state is not JSON`, { cause: error });
  }
}

/** Encodes a value as JSON. NaN, the infinities and -0, which JSON lacks, become `{"number": "NaN"}` and the like. */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_, v) => {
    const plain = typeof v !== "number" || (Number.isFinite(v) && !Object.is(v, -0));
    return plain ? v : { number: Object.is(v, -0) ? "-0" : String(v) };
  });
}

/** Decodes the output of {@linkcode exactJson}. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_, v) => {
    const keys = typeof v === "object" && v !== null ? Object.keys(v) : [];
    return keys.length === 1 && keys[0] === "number" && typeof v.number === "string" ? Number(v.number) : v;
  });
}
