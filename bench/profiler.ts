/**
 * Runs sessions under ONNX Runtime's profiler.
 *
 * @module
 */
import { importOnnxRuntime } from "../deps.ts";
import type { Event } from "./profile_shares.ts";

/** Runs a function whose sessions profile themselves, and returns the events of the session that has the most. */
export async function profiled(run: () => Promise<void>): Promise<readonly Event[]> {
  const folder = await Deno.makeTempDir({ prefix: "descent-profile-" });
  const stop = await profiling(`${folder}/events`);
  try {
    await run();
    stop();
    return await eventsIn(folder);
  } finally {
    stop();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Reads the events of the program: of the session with the most, since others only probe the processor. */
async function eventsIn(folder: string): Promise<readonly Event[]> {
  const all = await Promise.all(
    [...Deno.readDirSync(folder)].map(async ({ name }) =>
      JSON.parse(await Deno.readTextFile(`${folder}/${name}`)) as Event[]
    ),
  );
  return all.reduce((most, events) => (events.length > most.length ? events : most), []);
}

/** Makes all sessions profile themselves from now on. @returns a function that ends that, and writes the events. */
async function profiling(prefix: string): Promise<() => void> {
  const { InferenceSession } = await importOnnxRuntime();
  const create = InferenceSession.create;
  type Session = Awaited<ReturnType<typeof create>>;
  const opened = new Set<Session>();
  let count = 0;
  const end = (session: Session) => {
    // One that is released can no longer write its events.
    if (opened.delete(session)) session.endProfiling();
  };
  InferenceSession.create = (async (model: Uint8Array, options: Record<string, unknown>) => {
    const profileFilePrefix = `${prefix}-${count++}`;
    const session = await create(model, { ...options, enableProfiling: true, profileFilePrefix });
    opened.add(session);
    const release = session.release.bind(session);
    session.release = () => {
      end(session);
      return release();
    };
    return session;
  }) as typeof create;
  return () => {
    InferenceSession.create = create;
    opened.forEach(end);
  };
}
