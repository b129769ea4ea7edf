/**
 * Counts what a step on a GPU leaves to the host, in the events of ONNX Runtime's profiler.
 *
 * @module
 */
import { type Event, kernelsIn, LOOPS } from "./profile_shares.ts";

/** The nodes that one run leaves to the host. */
export interface HostNodes {
  /** Nodes that the CPU ran, by operator and inputs, the most frequent first; without loops, whose nodes are counted. */
  readonly nodes: Readonly<Record<string, number>>;
  /** Nodes of ONNX Runtime's own that copy between the host and the device, by operator and inputs. */
  readonly copies: Readonly<Record<string, number>>;
}

/** Returns what each of some runs leaves to the host, on average. */
export function hostNodes(events: readonly Event[], { runs }: { runs: number }): HostNodes {
  const ran = kernelsIn(events);
  const copies = ran.filter((e) => e.args?.op_name?.startsWith("Memcpy"));
  const nodes = ran.filter((e) =>
    e.args?.provider === "CPUExecutionProvider" && !LOOPS.has(e.args.op_name ?? "") && !copies.includes(e)
  );
  return { nodes: counted(nodes, runs), copies: counted(copies, runs) };
}

function counted(events: readonly Event[], runs: number): Record<string, number> {
  const counts = [...Map.groupBy(events, described)].map(([what, some]) =>
    [what, some.length / runs] as const
  );
  return Object.fromEntries(counts.toSorted((a, b) => b[1] - a[1]));
}

/** Describes a node: `Add(float[128,10], float[10])`. */
function described({ args }: Event): string {
  const inputs = (args?.input_type_shape ?? []).flatMap((input) =>
    Object.entries(input).map(([type, shape]) => `${type}[${shape}]`)
  );
  return `${args?.op_name}(${inputs.join(", ")})`;
}
