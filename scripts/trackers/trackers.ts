/**
 * The table of trackers.
 *
 * @module
 */
import { parse } from "@std/csv";
import { UsageError } from "../console/mod.ts";
import type { MetricsFile } from "../metrics/mod.ts";
import { jsonlTracker } from "./jsonl.ts";
import { mlflowTracker } from "./mlflow.ts";
import { tensorboardTracker } from "./tensorboard.ts";
import { trackedRow, type Tracker, type TrainingEnd } from "./tracker.ts";

/** The names that `--tracker` accepts. */
export const TRACKERS = ["tensorboard", "jsonl", "mlflow"] as const;

/** The name of a tracker. */
export type TrackerName = typeof TRACKERS[number];

/** `metrics.csv` and its trackers: appended to, truncated and restarted together. */
export interface TrackedMetrics extends MetricsFile {
  /** Waits at the end of a training until the trackers have all rows. Never throws. */
  finish(how: TrainingEnd): Promise<void>;
}

/** Checks before training that the trackers can be used. @throws {UsageError} naming what is missing. */
export function requireTrackers({ tracker = [] }: { readonly tracker?: readonly TrackerName[] }): void {
  if (tracker.includes("mlflow")) mlflowOptions();
}

/**
 * Passes the rows of `metrics.csv` to trackers, beginning with those already in the file. Each tracker thus gets every row
 * once, however often the run was killed.
 */
export function trackMetrics(
  file: MetricsFile,
  { run, columns, names }: { run: string; columns: readonly string[]; names: readonly TrackerName[] },
): TrackedMetrics {
  const trackers = names.map((name) => trackerNamed(name, run));
  const restart = () => {
    if (trackers.length === 0) return;
    const bytes = Deno.readFileSync(`${run}/metrics.csv`).subarray(0, file.length);
    const rows = parse(new TextDecoder().decode(bytes), { skipFirstRow: true });
    const tracked = rows.map((r) => trackedRow(r, columns));
    for (const tracker of trackers) tracker.restart(tracked);
  };
  restart();
  return {
    get length() {
      return file.length;
    },
    digest: (length) => file.digest(length),
    append(rows) {
      file.append(rows);
      const tracked = rows.map((r) => trackedRow(r, columns));
      for (const tracker of trackers) tracker.append(tracked);
    },
    truncate(length) {
      file.truncate(length);
      restart();
    },
    sync: () => file.sync(),
    async finish(how) {
      for (const tracker of trackers) await tracker.finish(how);
    },
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

function trackerNamed(name: TrackerName, run: string): Tracker {
  switch (name) {
    case "tensorboard":
      return tensorboardTracker(run);
    case "jsonl":
      return jsonlTracker(run);
    case "mlflow":
      return mlflowTracker({ run, ...mlflowOptions() });
  }
}

/** Reads MLflow's environment variables. */
function mlflowOptions(): { uri: string; experiment: string; authorization?: string } {
  const [uri, experiment, token, user, password] = [
    "MLFLOW_TRACKING_URI",
    "MLFLOW_EXPERIMENT_NAME",
    "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_USERNAME",
    "MLFLOW_TRACKING_PASSWORD",
  ].map((name) => Deno.env.get(name) || undefined);
  if (uri === undefined || !/^https?:\/\//.test(uri) || !URL.canParse(uri)) {
    throw new UsageError(
      `--tracker mlflow needs MLFLOW_TRACKING_URI, the server's address: http://..., got ${uri ?? "nothing"}`,
    );
  }
  const authorization = token !== undefined
    ? `Bearer ${token}`
    : user !== undefined
    ? `Basic ${btoa(`${user}:${password ?? ""}`)}`
    : undefined;
  return {
    uri,
    experiment: experiment ?? "descent",
    ...(authorization === undefined ? {} : { authorization }),
  };
}
