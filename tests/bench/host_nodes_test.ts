import { assertEquals } from "@std/assert";
import { hostNodes } from "../../bench/host_nodes.ts";
import type { Event } from "../../bench/profile_shares.ts";

function kernel(
  op: string,
  provider: string,
  inputs: readonly (readonly [string, readonly number[]])[] = [],
): Event {
  return {
    cat: "Node",
    name: `${op}_kernel_time`,
    ts: 0,
    dur: 1,
    args: { op_name: op, provider, input_type_shape: inputs.map(([type, shape]) => ({ [type]: shape })) },
  };
}

const HOST = "CPUExecutionProvider";
const DEVICE = "CUDAExecutionProvider";

Deno.test("hostNodes() counts the nodes and copies of a run that are the host's, by operator and inputs", () => {
  const one = [
    kernel("Gemm", DEVICE, [["float", [4, 3]]]),
    kernel("Add", HOST, [["int64", []], ["int64", [2]]]),
    kernel("Scan", HOST),
    kernel("MemcpyFromHost", DEVICE, [["int64", [2]]]),
    kernel("MemcpyToHost", HOST, [["float", []]]),
    { ...kernel("Add", HOST), name: "Add_fence_before" },
    { ...kernel("Add", HOST), cat: "Session" },
  ];
  assertEquals(hostNodes([...one, ...one, kernel("Mul", HOST)], { runs: 2 }), {
    nodes: { "Add(int64[], int64[2])": 1, "Mul()": 0.5 },
    copies: { "MemcpyFromHost(int64[2])": 1, "MemcpyToHost(float[])": 1 },
  });
});
