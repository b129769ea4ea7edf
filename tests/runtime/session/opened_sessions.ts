/**
 * The sessions that a test opens.
 *
 * @module
 */
import { importOnnxRuntime } from "../../../deps.ts";

/** The options that ONNX Runtime is given for a session. */
type Options = NonNullable<
  Parameters<Awaited<ReturnType<typeof importOnnxRuntime>>["InferenceSession"]["create"]>[1]
>;

/** Runs a test, and hands it the options of the sessions opened since it began. */
export async function withSessions(test: (opened: readonly Options[]) => Promise<void>): Promise<void> {
  const { InferenceSession } = await importOnnxRuntime();
  const { create } = InferenceSession;
  const opened: Options[] = [];
  InferenceSession.create = ((...args: Parameters<typeof create>) => {
    opened.push(args[1]!);
    return create.apply(InferenceSession, args);
  }) as typeof create;
  try {
    await test(opened);
  } finally {
    InferenceSession.create = create;
  }
}
