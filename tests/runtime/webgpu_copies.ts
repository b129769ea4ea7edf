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
import { encodeModel, type Model } from "../../onnx/mod.ts";
import { webgpuForm } from "../../runtime/session/webgpu_form.ts";
import { type ProgramForm, STATISTICS } from "../../runtime/program/training_types.ts";
import { type Placement, placementsOf } from "../lowering/kernels/placements.ts";
import { asOptimizer, TABLE } from "../optim/table.ts";
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
  /** One step, by default, or a loop over steps. */
  readonly form?: ProgramForm;
}

const BATCH = 6;

/** Returns the model of a program as it is compiled for a GPU and a batch of a fixed size. */
export function compiledFor({ network, rule, reports, form = "steps" }: Program): Model {
  const { small, example } = NETWORKS[network]!;
  const { x, target } = examples(example.small, BATCH);
  const model = withLoss(small(), { loss: "cross-entropy", classes: "last" });
  const input = (t: { dtype: DType; shape: readonly number[] }) => ({ dtype: t.dtype, shape: t.shape });
  return trainingModel({
    model,
    optimizer: ruleOf(rule),
    inputs: { [model.graph!.input[0]!.name]: input(x), target: input(target) },
    batchSize: BATCH,
    form,
    target: "gpu",
    ...(reports ? { metrics: ["accuracy"], statistics: STATISTICS } : {}),
  }).model;
}

/**
 * Opens programs in a process of their own, and returns where their nodes run, and what is copied.
 *
 * @throws {Error} when a program cannot be opened.
 */
export async function copiesOf(programs: readonly Program[]): Promise<Placement[]> {
  const models = programs.map((p) => (p.plain ? compiledFor(p) : webgpuForm(compiledFor(p))));
  const all = await placementsOf(models.map(encodeModel), { provider: "webgpu" });
  const failed = all.findIndex((p) => p.error !== undefined);
  if (failed < 0) return all;
  throw new Error(`${JSON.stringify(programs[failed])}: ${all[failed]!.error}`);
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

if (import.meta.main) await printed();
