/**
 * A server that answers like MLflow to the requests of the tracker.
 *
 * @module
 */

/** A run that the server received. */
export interface ToldRun {
  readonly experiment: string;
  readonly name: string;
  status: string;
  readonly params: Record<string, string>;
  readonly tags: Readonly<Record<string, string>>;
  /** In the order of arrival. */
  readonly metrics: { key: string; value: number | string; step: number; timestamp: number }[];
}

/** A running server. */
export interface MlflowServer extends AsyncDisposable {
  readonly uri: string;
  readonly runs: ToldRun[];
  /** The paths of the requests, in order. */
  readonly asked: string[];
}

/** A fault: another answer to a request, sent in place of doing it, or after it is done (`done`). */
export interface Trouble {
  readonly answer: () => Response;
  readonly done?: boolean;
}

/**
 * @param options.failAfter the number of requests that are answered before errors follow
 * @param options.trouble the fault of a request by its path and number, from 1
 */
export function serveMlflow({ failAfter = Infinity, authorization, trouble = () => undefined }: {
  failAfter?: number;
  authorization?: string;
  trouble?: (path: string, number: number) => Trouble | undefined;
} = {}): MlflowServer {
  const runs: ToldRun[] = [];
  const experiments: string[] = [];
  const asked: string[] = [];
  const wrong = (status: number, error_code: string) =>
    Response.json({ error_code, message: `no: ${error_code}\nmore` }, { status });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname.replace("/api/2.0/mlflow/", "");
    asked.push(path);
    const wrong = trouble(path, asked.length);
    if (wrong !== undefined && !wrong.done) return wrong.answer();
    const answer = await answered(request, path);
    return wrong === undefined ? answer : wrong.answer();
  });
  async function answered(request: Request, path: string): Promise<Response> {
    const url = new URL(request.url);
    if (asked.length > failAfter) return wrong(403, "PERMISSION_DENIED");
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
        if (experiments.includes(content.name)) return wrong(400, "RESOURCE_ALREADY_EXISTS");
        return Response.json({ experiment_id: String(experiments.push(content.name) - 1) });
      case "POST runs/create": {
        const experiment = experiments[content.experiment_id]!;
        const tags = Object.fromEntries(
          content.tags.map((t: { key: string; value: string }) => [t.key, t.value]),
        );
        runs.push({ experiment, name: content.run_name, status: "RUNNING", params: {}, metrics: [], tags });
        return Response.json({ run: { info: { run_id: String(runs.length - 1) } } });
      }
      case "POST runs/search": {
        const [, key, value] = /^tags\."([\w.]+)" = '([\w-]+)'$/.exec(content.filter)!;
        const found = runs.flatMap((r, i) =>
          r.tags[key!] === value && content.experiment_ids.includes(String(experiments.indexOf(r.experiment)))
            ? [{ info: { run_id: String(i) } }]
            : []
        );
        return Response.json(found.length === 0 ? {} : { runs: found });
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
  }
  return {
    uri: `http://127.0.0.1:${server.addr.port}`,
    runs,
    asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
