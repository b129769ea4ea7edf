/**
 * Why the system refused something, in a few words.
 *
 * @module
 */

/** Why a file or folder could not be read or written, without the path and the number that the runtime adds. */
export function reason(error: unknown): string {
  const { errors } = Deno;
  if (error instanceof errors.NotFound) return "no such file";
  if (error instanceof errors.PermissionDenied) return "permission denied";
  if (error instanceof errors.IsADirectory) return "is a folder, not a file";
  if (error instanceof errors.NotADirectory) return "a part of the path is a file";
  if (error instanceof errors.AlreadyExists) return "a file is in the way";
  // Deno lets nobody into /proc and the like who may not do everything.
  if (error instanceof errors.NotCapable) return "the task has no permission to";
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\(os error.*$/, "");
}
