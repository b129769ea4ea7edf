/**
 * Lists the tensors that a training step copies between `webgpu` and the host, by ONNX Runtime's own log: it tells where a
 * session copies as soon as the session is opened. Prints the table of `docs/webgpu.md`.
 *
 * @module
 */
import {
  adam,
  type DType,
  lamb,
  momentum,
  muon,
  type Optimizer,
  sam,
  sgd,
  sophia,
  swats,
  trainingModel,
  withLoss,
} from "../../mod.ts";
import { importOnnxRuntime } from "../../deps.ts";
import { encodeModel } from "../../onnx/mod.ts";
import { executionProvider } from "../../runtime/session/device.ts";
import { webgpuForm } from "../../runtime/session/webgpu_form.ts";
import { STATISTICS } from "../../runtime/program/training_types.ts";
import { asOptimizer, TABLE } from "../optim/table.ts";
import { script } from "./webgpu.ts";
import { examples, NETWORKS } from "./webgpu_zoo.ts";

const learningRate = 0.01;

/** The rules that every network is looked at with. */
export const RULES: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate }),
  momentum: () => momentum({ learningRate }),
  adam: () => adam({ learningRate }),
  muon: () => muon({ learningRate }),
  lamb: () => lamb({ learningRate }),
  sam: () => sam(sgd({ learningRate })),
  swats: () => swats({ learningRate }),
  sophia: () => sophia({ learningRate }),
};

/** The names of all rules and transforms, with `every/` before them. */
export const EVERY_RULE: readonly string[] = Object.keys(TABLE).map((name) => `every/${name}`);

function ruleOf(name: string): Optimizer {
  return name.startsWith("every/") ? asOptimizer(TABLE[name.slice(6)]!.make()) : RULES[name]!();
}

/** A program: a network, a rule, and what the step reports besides its loss. */
export interface Program {
  readonly network: string;
  readonly rule: string;
  /** Whether it reports accuracy and all statistics. */
  readonly reports: boolean;
  /** Whether it is opened as it is compiled, without the forms for WebGPU. */
  readonly plain?: boolean;
}

/** The copies of a program, by the names of the tensors. */
export interface Copies {
  readonly toHost: readonly string[];
  readonly fromHost: readonly string[];
}

const MARK = "program ";
const COPY = /Add Memcpy(To|From)Host (?:before|after) (\S+) for/;
const BATCH = 6;

/** Opens programs in a process of their own, and returns their copies. */
export async function copiesOf(programs: readonly Program[]): Promise<Copies[]> {
  const { code, out, err } = await script("tests/runtime/webgpu_copies.ts", [JSON.stringify(programs)]);
  if (code !== 0) throw new Error(out + err);
  const all: { toHost: string[]; fromHost: string[] }[] = [];
  for (const line of err.split("\n")) {
    if (line.startsWith(MARK)) all.push({ toHost: [], fromHost: [] });
    const [, way, tensor] = COPY.exec(line) ?? [];
    if (way !== undefined) all.at(-1)![way === "To" ? "toHost" : "fromHost"].push(tensor!);
  }
  return all;
}

/** Opens programs, with the runtime's log on the error stream, and a line before each. */
async function open(programs: readonly Program[]): Promise<void> {
  const { InferenceSession } = await importOnnxRuntime();
  for (const { network, rule, reports, plain } of programs) {
    const { small, example } = NETWORKS[network]!;
    const { x, target } = examples(example.small, BATCH);
    const model = withLoss(small(), { loss: "cross-entropy", classes: "last" });
    const input = (t: { dtype: DType; shape: readonly number[] }) => ({ dtype: t.dtype, shape: t.shape });
    const { model: compiled } = trainingModel({
      model,
      optimizer: ruleOf(rule),
      inputs: { [model.graph!.input[0]!.name]: input(x), target: input(target) },
      batchSize: BATCH,
      form: "steps",
      target: "gpu",
      ...(reports ? { metrics: ["accuracy"], statistics: STATISTICS } : {}),
    });
    const bytes = encodeModel(plain ? compiled : webgpuForm(compiled));
    Deno.stderr.writeSync(new TextEncoder().encode(`${MARK}${network} ${rule}\n`));
    const session = await InferenceSession.create(bytes, {
      executionProviders: [executionProvider("webgpu")],
      logSeverityLevel: 1,
    });
    await session.release();
  }
}

/** Prints a table of the copies to the host in a step with each rule, before and with the forms for WebGPU. */
async function printed(): Promise<void> {
  const [networks, rules] = [Object.keys(NETWORKS), Object.keys(RULES)];
  const programs = networks.flatMap((network) => rules.map((rule) => ({ network, rule, reports: true })));
  const before = await copiesOf(programs.map((p) => ({ ...p, plain: true })));
  const after = await copiesOf(programs);
  const cells = programs.map((_, i) => `${before[i]!.toHost.length} to ${after[i]!.toHost.length}`);
  console.log(`| network | ${rules.join(" | ")} |\n| --- |${rules.map(() => " --- |").join("")}`);
  for (const [i, network] of networks.entries()) {
    console.log(`| ${network} | ${cells.slice(i * rules.length, (i + 1) * rules.length).join(" | ")} |`);
  }
}

if (import.meta.main) await (Deno.args.length === 0 ? printed() : open(JSON.parse(Deno.args[0]!)));
