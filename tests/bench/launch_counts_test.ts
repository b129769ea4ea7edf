import { assertEquals } from "@std/assert";
import { dispatchesOf, launchesOf } from "../../bench/launch_counts.ts";
import type { Event } from "../../bench/profile_shares.ts";

const node = (op: string, what = "kernel_time"): Event => ({
  cat: "Node",
  name: `node_${what}`,
  ts: 0,
  dur: 1,
  args: { op_name: op },
});
const start = (key: string): Event => ({ cat: "Api", name: "a", ts: 0, dur: 1, args: { cache_key: key } });

Deno.test("views, loops and fences start no kernel", () => {
  const events = [
    node("Gemm"),
    node("Gemm", "fence_before"),
    node("Reshape"),
    node("Scan"),
    node("Add"),
    start("Add"),
  ];
  assertEquals(launchesOf(events), 2);
});

Deno.test("a pipeline that is started twice is one", () => {
  assertEquals(dispatchesOf([start("Add"), start("Mul"), start("Add"), node("Add")]), {
    dispatches: 3,
    pipelines: 2,
  });
});
