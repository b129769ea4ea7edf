/**
 * `devices`: says which devices this machine offers, and what the others lack.
 *
 * @module
 */
import {
  type Device,
  type DeviceDetails,
  DEVICES,
  inspectDevice,
  type MissingPart,
  requirePrecision,
  sessionPlan,
} from "../../mod.ts";
import { UsageError, WIDTH, wrap } from "../console/mod.ts";
import type { ResultTable } from "../report/mod.ts";
import { machine, type Query } from "../run/mod.ts";

/** What is known of a device; what cannot be found out is absent. */
interface Details extends DeviceDetails {
  /** `"cpu"`: the processor's model. */
  readonly processor?: string;
  /** `"cpu"`: threads within an operator. */
  readonly threads?: number | "auto";
  /** `"cpu"`: the channels of a block in which it convolves. */
  readonly block?: 8 | 16 | "none";
  /** Whether matrix products and convolutions run in float16; absent where the device is not available. */
  readonly float16?: boolean;
}

/** A device, as `--json` has it. */
export interface DeviceRecord {
  readonly name: Device;
  readonly available: boolean;
  readonly missing: readonly MissingPart[];
  readonly details: Details;
}

/** Lists the devices. */
export const devicesCommand: Query = {
  summary: "list the devices of --device: which are available, and what the others lack",
  examples: [["", "what --device finds here"]],
  defaults: "prints, writes nothing",
  common: [],
  async run({ operands }) {
    if (operands.length > 0) throw new UsageError(`devices takes no arguments, got ${operands.join(" ")}`);
    const devices: DeviceRecord[] = [];
    for (const name of DEVICES) devices.push(await recordOf(name));
    return { document: { devices }, tables: [tableOf(devices)] };
  },
};

async function recordOf(name: Device): Promise<DeviceRecord> {
  const { available, missing, details } = await inspectDevice(name).catch(usageError);
  if (!available) return { name, available, missing, details };
  const float16 = await requirePrecision("float16", name).then(() => true, () => false);
  const own = name === "cpu" ? await processorDetails() : {};
  return { name, available, missing, details: { ...details, ...own, float16 } };
}

/** Rethrows as a wrong call what is out of range: a variable of the environment. */
function usageError(error: unknown): never {
  throw error instanceof RangeError ? new UsageError(error.message) : error;
}

async function processorDetails(): Promise<Details> {
  const { threads, block } = await sessionPlan({ device: "cpu" }).catch(usageError);
  const { processor } = machine("cpu", { threads, block });
  return { ...(processor === undefined ? {} : { processor }), threads, block };
}

/** Returns the devices as a table, with what they lack below it. */
export function tableOf(devices: readonly DeviceRecord[]): ResultTable {
  const header = ["device", "available", "details"];
  const room = WIDTH - "webgpu  available  ".length;
  const rows = devices.flatMap(({ name, available, details }) => {
    const lines = detailLines(details).flatMap((line) => wrap(line, room));
    const first = [name, available ? "yes" : "no", lines[0] ?? ""];
    return [first, ...lines.slice(1).map((line) => ["", "", line])];
  });
  const lacks = devices.flatMap(({ name, missing }) =>
    missing.flatMap(({ what, remedy }) => [
      "",
      ...wrap(`${name} lacks ${what}`, WIDTH),
      ...wrap(`remedy: ${remedy}`, WIDTH - 2).map((line) => `  ${line}`),
    ])
  );
  return { header, rows, ...(lacks.length === 0 ? {} : { note: lacks.join("\n") }) };
}

/** Returns what is known of a device, a line for each kind of fact. */
function detailLines(details: Details): string[] {
  const { processor, threads, block, adapters, driver, gpus, libraries, runtime, float16 } = details;
  const blocks = block === "none" ? "no blocks of channels" : `convolutions in blocks of ${block}`;
  return [
    ...(processor === undefined ? [] : [processor]),
    ...(threads === undefined ? [] : [`threads: ${threads}, ${blocks}`]),
    ...(adapters ?? []),
    ...(gpus ?? []).map((gpu) => `${gpu.name}, compute capability ${gpu.computeCapability}`),
    ...(driver === undefined ? [] : [`the NVIDIA driver runs CUDA up to ${driver}`]),
    ...(libraries === undefined || libraries.length === 0 ? [] : [libraries.map((l) => l.name).join(", ")]),
    ...(runtime === undefined ? [] : [`ONNX Runtime in ${runtime}`]),
    ...(float16 === undefined ? [] : [`float16: ${float16 ? "yes" : "no"}`]),
  ];
}
