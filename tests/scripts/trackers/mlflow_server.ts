/**
 * A server that answers as MLflow does, as far as it is asked here.
 *
 * @module
 */

/** A run that it was told of. */
export interface ToldRun {
  readonly experiment: string;
  readonly name: string;
  status: string;
  readonly params: Record<string, string>;
  /** In the order in which they came. */
  readonly metrics: { key: string; value: number | string; step: number; timestamp: number }[];
}

/** The server. */
export interface MlflowServer extends AsyncDisposable {
  readonly uri: string;
  readonly runs: ToldRun[];
  /** What was asked for, in order. */
  readonly asked: string[];
}

/** @param options.failAfter how many requests are answered before an error follows */
export function serveMlflow({ failAfter = Infinity, authorization }: {
  failAfter?: number;
  authorization?: string;
} = {}): MlflowServer {
  const runs: ToldRun[] = [];
  const experiments: string[] = [];
  const asked: string[] = [];
  const wrong = (status: number, error_code: string) =>
    Response.json({ error_code, message: `no: ${error_code}\nmore` }, { status });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const url = new URL(request.url);
    const path = url.pathname.replace("/api/2.0/mlflow/", "");
    asked.push(path);
    if (asked.length > failAfter) return wrong(500, "INTERNAL_ERROR");
    if (authorization !== undefined && request.headers.get("authorization") !== authorization) {
      return wrong(401, "UNAUTHENTICATED");
    }
    const content = request.method === "GET" ? Object.fromEntries(url.searchParams) : await request.json();
    const run = runs[Number(content.run_id)];
    switch (`${request.method} ${path}`) {
      case "GET experiments/get-by-name": {
        const id = experiments.indexOf(content.experiment_name);
        if (id < 0) return wrong(404, "RESOURCE_DOES_NOT_EXIST");
        return Response.json({ experiment: { experiment_id: String(id) } });
      }
      case "POST experiments/create":
        return Response.json({ experiment_id: String(experiments.push(content.name) - 1) });
      case "POST runs/create": {
        const experiment = experiments[content.experiment_id]!;
        runs.push({ experiment, name: content.run_name, status: "RUNNING", params: {}, metrics: [] });
        return Response.json({ run: { info: { run_id: String(runs.length - 1) } } });
      }
      case "GET runs/get": {
        const last = new Map(run!.metrics.map((m) => [m.key, m]));
        return Response.json({ run: { data: { metrics: [...last.values()] } } });
      }
      case "POST runs/log-batch": {
        const { metrics = [], params = [] } = content;
        if (metrics.length > 1000) return wrong(400, "INVALID_PARAMETER_VALUE");
        run!.metrics.push(...metrics);
        for (const { key, value } of params) run!.params[key] = value;
        return Response.json({});
      }
      case "POST runs/update":
        run!.status = content.status;
        return Response.json({});
    }
    return wrong(404, "ENDPOINT_NOT_FOUND");
  });
  return {
    uri: `http://127.0.0.1:${server.addr.port}`,
    runs,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
