import { assertEquals } from "@std/assert";
import { buildModel, encodeModel, Graph, graphOf, type Model } from "../../../onnx/mod.ts";
import { copiesToHost, type Copy, type Provider } from "../../../lowering/kernels/mod.ts";
import { webgpuForm } from "../../../runtime/session/webgpu_form.ts";
import { compiledFor, EVERY_RULE, type Program, RULES } from "../../runtime/webgpu_copies.ts";
import { NETWORKS } from "../../runtime/webgpu_zoo.ts";
import { canOpen, placementsOf } from "./placements.ts";

/** The operators whose nodes read tensors on the host, with the rules and networks. `docs/kernels.md` has the causes. */
const EXCEPTIONS: Readonly<Record<Provider, Readonly<Record<string, readonly string[]>>>> = {
  cuda: {
    If: ["mlp galore()", "mlp scaleByGalore()", "mlp shampoo()", "mlp soap()"],
    Loop: ["mlp shampoo()"],
  },
  webgpu: { Cast: ["mlp applyIfFinite()", "mlp skipLargeUpdates()"], Loop: ["mlp shampoo()"] },
};

/** The form that programs have by default. */
const FORM = { cuda: "scan", webgpu: "steps" } as const;

/** Every network with the rules that matter most, and every rule and transform with one network. */
const PROGRAMS: readonly Program[] = [
  ...Object.keys(NETWORKS).flatMap((network) =>
    Object.keys(RULES).map((rule) => ({ network, rule, reports: true }))
  ),
  ...EVERY_RULE.map((rule) => ({ network: "mlp", rule, reports: true })),
];

function modelFor(provider: Provider, program: Program): Model {
  const model = compiledFor({ ...program, form: FORM[provider] });
  return provider === "cuda" || program.plain ? model : webgpuForm(model);
}

/** Returns the name of a program's rule, without what is said of its options. */
function nameOf({ rule }: Program): string {
  return rule.replace(/^every./, "").replace(/\(\).*/, "()");
}

function copiesIn(provider: Provider, model: Model): Copy[] {
  return copiesToHost(graphOf(model).graph, provider);
}

for (const provider of ["cuda", "webgpu"] as const) {
  Deno.test(`by the table of kernels, no step of the zoo copies a tensor from ${provider} to the host, but exceptions`, () => {
    const found: Record<string, Set<string>> = {};
    for (const program of PROGRAMS) {
      for (const { readers } of copiesIn(provider, modelFor(provider, program))) {
        for (const { node } of readers) {
          (found[node.opType] ??= new Set()).add(`${program.network} ${nameOf(program)}`);
        }
      }
    }
    const programs = Object.entries(found).map(([operator, names]) => [operator, [...names].sort()]);
    assertEquals(Object.fromEntries(programs), EXCEPTIONS[provider]);
  });
}

Deno.test("docs/kernels.md names the exceptions", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/kernels.md", import.meta.url));
  const rows = page.matchAll(/^\| (cuda|webgpu) +\| `(\w+)` +\| ([^|]+?) +\|/gm);
  const named: Record<string, Record<string, readonly string[]>> = { cuda: {}, webgpu: {} };
  for (const [, provider, operator, programs] of rows) named[provider!]![operator!] = programs!.split(", ");
  assertEquals<unknown>(named, EXCEPTIONS);
});

/** Returns a model with copies for each reason, on either provider. */
function model(): Model {
  const g = new Graph();
  const x = g.relu(g.input("x", "float32", ["N", 6]));
  const normalized = g.meanVarianceNormalization(g.identity(x), { axes: [1] });
  const integers = g.cast(g.abs(x), { to: "int64" });
  const places = g.cast(g.argMax(integers, { axis: 1 }), { to: "float32" });
  // Arithmetic on shapes stays on the host, and a size from the device goes there.
  const size = g.mul(g.shape(x), [1, 2]);
  const half = g.expand(g.mul(places, g.constant(2)), g.slice(size, [0], [1]));
  const width = g.cast(g.reduceMax(g.exp(x), null, { keepdims: 0 }), { to: "int64" });
  g.output(g.add(g.reduceSum(normalized, [1]), g.reduceSum(half)), "y");
  g.output(g.reshape(x, g.unsqueeze(width, [0])), "z");
  return buildModel(g);
}

/** Programs with copies of every kind, as they are compiled, and one with the forms for WebGPU. */
const COPIED: readonly Program[] = [
  { network: "mlp", rule: "adam", reports: true, plain: true },
  { network: "cifarnet", rule: "sophia", reports: true, plain: true },
  { network: "resnet-8", rule: "sophia", reports: false, plain: true },
  { network: "transformer", rule: "muon", reports: true, plain: true },
  { network: "gru", rule: "sam", reports: true, plain: true },
  { network: "gru", rule: "sam", reports: true },
];

for (const provider of ["cuda", "webgpu"] as const) {
  const ignore = !await canOpen(provider);
  const skipped = provider === "cuda"
    ? " (skipped: no CUDA; set DESCENT_ONNX_RUNTIME_DIR)"
    : " (skipped: no WebGPU adapter; set VK_DRIVER_FILES)";
  Deno.test({
    name: `copiesToHost() names the tensors that ONNX Runtime copies from ${provider}${
      ignore ? skipped : ""
    }`,
    ignore,
    async fn() {
      const models = [model(), ...COPIED.map((program) => modelFor(provider, program))];
      const placements = await placementsOf(models.map(encodeModel), { provider });
      models.forEach((model, i) => {
        const names = copiesIn(provider, model).map((c) => c.value.name);
        assertEquals(names.sort(), [...placements[i]!.toHost].sort(), `model ${i}`);
      });
      assertEquals(placements[0]!.toHost.length, 3);
    },
  });
}
