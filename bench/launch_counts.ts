/**
 * Counts kernels in the events of ONNX Runtime's profiler.
 *
 * @module
 */
import { type Event, kernelsIn } from "./profile_shares.ts";

/** Operators that start no kernel of their own: views, sizes, and loops, whose own nodes are counted. */
const WITHOUT_KERNEL: ReadonlySet<string> = new Set([
  "Reshape",
  "Squeeze",
  "Unsqueeze",
  "Flatten",
  "Identity",
  "Shape",
  "Size",
  "Scan",
  "Loop",
  "If",
]);

/** Returns how many nodes ran that are no views. */
export function launchesOf(events: readonly Event[]): number {
  return kernelsIn(events).filter((e) => !WITHOUT_KERNEL.has(e.args?.op_name ?? "")).length;
}

/** Returns how often a WebGPU kernel was started, and how many distinct pipelines these are. */
export function dispatchesOf(events: readonly Event[]): { dispatches: number; pipelines: number } {
  const started = events.filter((e) => e.cat === "Api");
  return {
    dispatches: started.length,
    pipelines: new Set(started.map((e) => e.args?.cache_key)).size,
  };
}
