/**
 * Reads where ONNX Runtime places the nodes of models, from its own log. Models are opened in a process of their own,
 * because native code writes the log.
 *
 * @module
 */
import { executionProvider } from "../../../runtime/session/device.ts";
import { onnxRuntime } from "../../../runtime/session/onnx_runtime.ts";
import { buildModel, encodeModel, Graph } from "../../../onnx/mod.ts";
import type { Provider } from "../../../lowering/kernels/mod.ts";
import { script } from "../../runtime/webgpu.ts";

/** A node in the runtime's log. */
export interface PlacedNode {
  /** The provider that computes it, such as `CPUExecutionProvider`. */
  readonly provider: string;
  readonly opType: string;
  /** Its name in the model. */
  readonly name: string;
}

/** Where the runtime places the nodes of a model and of its bodies, after its optimizations. */
export interface Placement {
  /** The nodes, if several providers compute them: the log does not list those of one. */
  readonly nodes: readonly PlacedNode[];
  /** The values that it copies to the host. */
  readonly toHost: readonly string[];
  /** The values that it copies from the host. */
  readonly fromHost: readonly string[];
  /** Why the session could not be opened. */
  readonly error?: string;
}

/** The optimizations of the runtime that run before nodes are placed. */
type Optimization = "disabled" | "all";

/** A line in the log before those of a model, and one with the error of a model. */
const [NEXT, FAILED] = ["@@next ", "@@error "];

/** Opens models on a provider, and returns where each one's nodes run. */
export async function placementsOf(
  models: readonly Uint8Array[],
  { provider, optimization = "all" }: { provider: Provider; optimization?: Optimization },
): Promise<Placement[]> {
  const folder = await Deno.makeTempDir({ prefix: "descent-placements-" });
  try {
    for (const [i, bytes] of models.entries()) await Deno.writeFile(`${folder}/${i}.onnx`, bytes);
    // CUDA's libraries lie where the caller's own environment says.
    const env = provider === "cuda" ? {} : undefined;
    const args = [provider, optimization, folder, String(models.length)];
    const { code, err } = await script(SELF, args, env);
    const all = err.split(NEXT).slice(1).map(placementIn);
    if (code !== 0 || all.length !== models.length) {
      throw new Error(`${all.length} of ${models.length} models were opened: ${err.slice(-2000)}`);
    }
    return all;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Returns whether this machine can open models on a provider. */
export async function canOpen(provider: Provider): Promise<boolean> {
  const g = new Graph();
  g.output(g.relu(g.input("x", "float32", [1])), "y");
  const [found] = await placementsOf([encodeModel(buildModel(g))], { provider });
  return found!.error === undefined;
}

const SELF = "tests/lowering/kernels/placements.ts";

/** Reads the lines of the log that belong to one model. */
function placementIn(log: string): Placement {
  const nodes: PlacedNode[] = [];
  const [toHost, fromHost]: [string[], string[]] = [[], []];
  let provider = "";
  let error: string | undefined;
  for (const line of log.split("\n")) {
    const text = line.replace(/^.*? VerifyEachNodeIsAssignedToAnEp\] /, "");
    const copy = /Add Memcpy(ToHost before|FromHost after) (.*) for \w+$/.exec(line);
    if (copy) (copy[1]!.startsWith("To") ? toHost : fromHost).push(copy[2]!);
    if (line.startsWith(FAILED)) error = line.slice(FAILED.length);
    if (text === line) continue;
    provider = /placed on \[(\w+)\]/.exec(text)?.[1] ?? provider;
    const node = /^ {2}(\S+) \((.*)\)$/.exec(text);
    if (node && !node[1]!.startsWith("Memcpy")) nodes.push({ provider, opType: node[1]!, name: node[2]! });
  }
  return {
    nodes,
    toHost,
    fromHost,
    ...(error === undefined ? {} : { error }),
  };
}

/** Opens the models of a folder, and writes the runtime's log to the standard error. */
async function open(provider: Provider, optimization: Optimization, folder: string, count: number) {
  const ort = await onnxRuntime();
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
  for (let i = 0; i < count; i++) {
    write(`\n${NEXT}`);
    try {
      const session = await ort.InferenceSession.create(await Deno.readFile(`${folder}/${i}.onnx`), {
        executionProviders: [executionProvider(provider)],
        graphOptimizationLevel: optimization,
        logSeverityLevel: 0,
      });
      await session.release();
    } catch (error) {
      write(`${FAILED}${(error as Error).message.split("\n")[0]}`);
    }
  }
}

if (import.meta.main) {
  const [provider, optimization, folder, count] = Deno.args;
  await open(provider as Provider, optimization as Optimization, folder!, Number(count));
}
