/**
 * Compares the table of kernels with ONNX Runtime: opens a model of one node for every version of every operator, with
 * every element type, attribute and input, and reports where the runtime places the node on another device than the
 * table says, or copies another input to the host.
 *
 * Run: deno run -A tools/kernels/check.ts webgpu [OPERATOR...], or cuda with `DESCENT_ONNX_RUNTIME_DIR` set.
 *
 * @module
 */
import { copiesToHost, missingKernel, type Provider } from "../../lowering/kernels/mod.ts";
import { type Placement, placementsOf } from "../../tests/lowering/kernels/placements.ts";
import { type OneNode, oneNodeModels } from "./one_node.ts";

/** Versions that the runtime's own operator sets lack, as it reports them. */
const UNKNOWN = /^Attention-25 /;

/** Returns whether the runtime places the node on the device; `undefined` where the model is no valid one. */
function isOnDevice({ nodes, error }: Placement): boolean | undefined {
  const placed = nodes.find((n) => n.name === "node");
  if (placed !== undefined) return placed.provider !== "CPUExecutionProvider";
  // Neither the device nor the CPU has a kernel, or the runtime replaced the node by its function's body.
  const absent = error === undefined ||
    /Could not find an implementation|Provider type for .* is not set/.test(error);
  return absent ? false : undefined;
}

/** Returns how the runtime and the table differ on a model; `null` if they agree, `undefined` if the model is not valid. */
function difference({ node, graph }: OneNode, placement: Placement, provider: Provider) {
  const onDevice = isOnDevice(placement);
  if (onDevice === undefined) return undefined;
  const missing = missingKernel(provider, node);
  if (onDevice !== (missing === undefined)) {
    return `the runtime says ${onDevice ? "device" : "host"}, the table ${missing ?? "device"}`;
  }
  const isCopied = placement.toHost.includes("before");
  if (!onDevice || isCopied === copiesToHost(graph, provider).some((c) => c.value.name === "before")) {
    return null;
  }
  return `the kernel reads the input on the ${isCopied ? "host" : "device"}`;
}

/** The result of a comparison. */
export interface Comparison {
  /** The number of models of which the table says what the runtime says. */
  readonly same: number;
  /** The others, each in a line. */
  readonly different: readonly string[];
  /** The number of models that the runtime cannot open. */
  readonly refused: number;
}

/** Compares the table with the runtime on models of one node of operators; of all by default. */
export async function compare(provider: Provider, operators?: readonly string[]): Promise<Comparison> {
  const models = oneNodeModels(operators).filter((m) => !UNKNOWN.test(m.name));
  const placements = await placementsOf(models.map((m) => m.bytes), { provider, optimization: "disabled" });
  const all = models.map((model, i) => [model.name, difference(model, placements[i]!, provider)] as const);
  return {
    same: all.filter(([, found]) => found === null).length,
    different: all.flatMap(([name, found]) => (found ? [`${name}: ${found}`] : [])),
    refused: all.filter(([, found]) => found === undefined).length,
  };
}

if (import.meta.main) {
  const [provider, ...operators] = Deno.args as [Provider, ...string[]];
  const { same, different, refused } = await compare(provider, operators.length > 0 ? operators : undefined);
  for (const line of different) console.log(line);
  console.log(`${same} as in the table, ${different.length} otherwise, ${refused} not valid`);
  if (different.length > 0) Deno.exitCode = 1;
}
