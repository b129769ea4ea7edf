/**
 * Sends metrics to MLflow through its REST API.
 *
 * @module
 */
import { type Connection, connection, MlflowError, type MlflowServer } from "./mlflow_request.ts";
import type { TrackedRow, Tracker, TrainingEnd } from "./tracker.ts";
import { warn } from "./tracker.ts";

/** The largest number of metrics that MLflow accepts in a request. */
const BATCH = 1000;

/** The file in the run folder that names the runs in MLflow. */
export const MLFLOW = "mlflow.json";

/** The server and the run to send rows to. */
export interface MlflowOptions extends MlflowServer {
  /** The folder of the run. */
  readonly run: string;
  /** The experiment of the runs; created if it does not exist. */
  readonly experiment: string;
}

/** A metric in MLflow's format. */
interface Metric {
  readonly key: string;
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number;
}

/** A run of MLflow. */
interface MlflowRun {
  readonly id: string;
  /** The last step that MLflow has. */
  last: number;
}

const STATUS: Readonly<Record<TrainingEnd, string>> = {
  finished: "FINISHED",
  failed: "FAILED",
  stopped: "KILLED",
};

/**
 * Returns the tracker that writes one MLflow run per training. Rows are sent in the background; only the end of a training
 * waits for them. MLflow cannot delete points, so a resumed run sends only the steps that the server does not have.
 */
export function mlflowTracker(options: MlflowOptions): Tracker {
  const { run, experiment } = options;
  const runs = new Map<string, MlflowRun>();
  const open = new Set<string>();
  let queue: TrackedRow[] = [];
  let sending: Promise<void> | undefined;
  let failed = false;
  let experimentId: string | undefined;
  const call = connection(options);

  async function runOf({ training, settings }: TrackedRow): Promise<MlflowRun> {
    let known = runs.get(training);
    if (known !== undefined) return known;
    const ids = await readIds(run);
    const id = ids[training];
    if (id !== undefined) {
      const { run: { data } } = await call("GET", "runs/get", { run_id: id }) as {
        run: { data?: { metrics?: { step?: number | string }[] } };
      };
      known = { id, last: Math.max(-1, ...(data?.metrics ?? []).map((m) => Number(m.step ?? 0))) };
      await call("POST", "runs/update", { run_id: id, status: "RUNNING" });
    } else {
      experimentId ??= await experimentNamed(experiment, call);
      known = { id: await createdRun(call, { experiment: experimentId, training, folder: run }), last: -1 };
      await Deno.writeTextFile(`${run}/${MLFLOW}`, `${JSON.stringify({ ...ids, [training]: known.id })}\n`);
      const params = Object.entries(settings).map(([key, value]) => ({ key, value }));
      if (params.length > 0) await call("POST", "runs/log-batch", { run_id: known.id, params });
    }
    runs.set(training, known);
    return known;
  }

  async function send(): Promise<void> {
    while (queue.length > 0) {
      const rows = queue;
      queue = [];
      for (const [training, of] of Map.groupBy(rows, (r) => r.training)) {
        const to = await runOf(of[0]!);
        open.add(training);
        const fresh = of.filter((r) => r.step > to.last);
        // A step is sent completely or not at all: resuming starts after the last step that the server has.
        const rowsAtOnce = Math.floor(BATCH / Math.max(1, ...fresh.map((r) => Object.keys(r.values).length)));
        for (let i = 0; i < fresh.length; i += rowsAtOnce) {
          const sent = fresh.slice(i, i + rowsAtOnce);
          await call("POST", "runs/log-batch", { run_id: to.id, metrics: sent.flatMap(metricsOf) });
          to.last = sent.at(-1)!.step;
        }
      }
    }
  }

  function start(): void {
    sending ??= send().catch((error) => {
      failed = true;
      queue = [];
      warn("mlflow", error);
    }).finally(() => sending = undefined);
  }

  function append(rows: readonly TrackedRow[]): void {
    if (failed || rows.length === 0) return;
    queue.push(...rows);
    start();
  }

  return {
    restart: append,
    append,
    async finish(how) {
      while (sending !== undefined) await sending;
      if (failed) return;
      try {
        for (const training of open) {
          const { id } = runs.get(training)!;
          await call("POST", "runs/update", { run_id: id, status: STATUS[how], end_time: Date.now() });
        }
        open.clear();
      } catch (error) {
        failed = true;
        warn("mlflow", error);
      }
    },
  };
}

function metricsOf({ step, values }: TrackedRow): Metric[] {
  const timestamp = Date.now();
  return Object.entries(values).map(([key, value]) => ({
    key,
    // NaN and infinities are sent by name, because JSON has no numbers for them.
    value: Number.isFinite(value) ? value : String(value),
    timestamp,
    step,
  }));
}

/** Creates a run exactly once: if the answer gets lost, it looks for the run before it creates another. */
async function createdRun(
  call: Connection,
  { experiment, training, folder }: { experiment: string; training: string; folder: string },
): Promise<string> {
  const key = "descent.request";
  const value = crypto.randomUUID();
  const created = await call("POST", "runs/create", {
    experiment_id: experiment,
    run_name: training,
    start_time: Date.now(),
    tags: [{ key: "descent.folder", value: folder }, { key, value }],
  }, async (send) => {
    const filter = `tags."${key}" = '${value}'`;
    const { runs = [] } = await send("POST", "runs/search", { experiment_ids: [experiment], filter }) as {
      runs?: CreatedRun[];
    };
    return runs[0] && { run: runs[0] };
  }) as { run: CreatedRun };
  return created.run.info.run_id;
}

/** MLflow's answer to creating a run. */
interface CreatedRun {
  readonly info: { readonly run_id: string };
}

async function experimentNamed(name: string, call: Connection): Promise<string> {
  const found = await experimentId(name, call);
  if (found !== undefined) return found;
  try {
    const made = await call("POST", "experiments/create", { name }) as { experiment_id: string };
    return made.experiment_id;
  } catch (error) {
    // Another training created it at the same time, or this one did and the answer got lost.
    if (!(error instanceof MlflowError) || error.code !== "RESOURCE_ALREADY_EXISTS") throw error;
    const made = await experimentId(name, call);
    if (made === undefined) throw error;
    return made;
  }
}

async function experimentId(name: string, call: Connection): Promise<string | undefined> {
  try {
    const found = await call("GET", "experiments/get-by-name", { experiment_name: name }) as {
      experiment: { experiment_id: string };
    };
    return found.experiment.experiment_id;
  } catch (error) {
    if (error instanceof MlflowError && error.code === "RESOURCE_DOES_NOT_EXIST") return undefined;
    throw error;
  }
}

async function readIds(run: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await Deno.readTextFile(`${run}/${MLFLOW}`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}
