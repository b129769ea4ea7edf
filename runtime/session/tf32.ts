/**
 * Decides whether matrix products and convolutions on CUDA round their operands to TF32.
 *
 * @module
 */
import { host } from "../../host/mod.ts";
import { DescentError } from "../../options/mod.ts";

/**
 * The variable by which NVIDIA's libraries are kept from TF32. ONNX Runtime's CUDA provider takes TF32 unless its option
 * `use_tf32` says otherwise, and onnxruntime-node 1.30 passes no option of that provider but `deviceId`.
 */
const VARIABLE = "NVIDIA_TF32_OVERRIDE";

let decided: boolean | undefined;

/**
 * Decides for the whole process whether CUDA may take TF32, before its libraries are opened: they read the environment
 * once. Without TF32, the variable is set to 0.
 *
 * @param asked `undefined` takes what was decided before, or no TF32
 * @returns whether it may
 * @throws {DescentError} when it was decided otherwise before, when the environment forbids it, or when this process may
 * not set the variable.
 */
export function decideTf32(asked: boolean | undefined): boolean {
  if (decided !== undefined && asked !== undefined && asked !== decided) {
    throw new DescentError(
      `tf32: ${asked} was asked for after tf32: ${decided}, but NVIDIA's libraries decide it once in a process: ` +
        "run the two in processes of their own",
    );
  }
  if (decided !== undefined) return decided;
  const tf32 = asked ?? false;
  const { environment } = host;
  const forbidden = environment.get(VARIABLE) === "0";
  if (tf32 && forbidden) {
    throw new DescentError(`tf32: the environment forbids it by ${VARIABLE}=0: unset it, or leave tf32 out`);
  }
  if (tf32 || forbidden) return decided = tf32;
  if (!environment.canSet(VARIABLE)) {
    const remedy = host.name === "deno"
      ? `allow --allow-env=${VARIABLE}`
      : `start ${host.name} with ${VARIABLE}=0 in its environment`;
    throw new DescentError(
      `device 'cuda' computes in TF32 unless ${VARIABLE}=0, which this process may not set: ` +
        `${remedy}, or accept TF32 with tf32: true`,
    );
  }
  environment.set(VARIABLE, "0");
  return decided = tf32;
}

/** Refuses TF32 on any device but CUDA. @throws {RangeError} naming the option. */
export function requireTf32On(device: string, tf32: boolean | undefined): void {
  if (tf32 !== true || device === "cuda") return;
  throw new RangeError(`tf32: true is only for device 'cuda', got device '${device}': leave tf32 out`);
}
