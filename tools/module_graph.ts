/**
 * The imports between the project's own files.
 *
 * @module
 */

/** An import of one file by another; `to` is a path in the project, or the specifier of a package. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** Whether the import happens inside a function, when it is needed. */
  readonly dynamic: boolean;
  /** Whether only types are imported, which nothing loads at run time. `false` by default. */
  readonly typesOnly?: boolean;
}

interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
      readonly isDynamic?: boolean;
    }[];
  }[];
}

const ROOT = new URL("../", import.meta.url);

/** Returns the paths of the project's TypeScript files below some folders or files, sorted. */
export async function sourceFiles(places: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const walk = async (path: string): Promise<void> => {
    for await (const entry of Deno.readDir(new URL(`${path}/`, ROOT))) {
      if (entry.isDirectory && entry.name !== "golden" && entry.name !== "runs") {
        await walk(`${path}/${entry.name}`);
      }
      if (entry.isFile && entry.name.endsWith(".ts")) found.push(`${path}/${entry.name}`);
    }
  };
  for (const place of places) {
    if (place.endsWith(".ts")) found.push(place);
    else await walk(place);
  }
  return found.sort();
}

/** Returns all imports of some files, types included, as `deno info` resolves them. Needs permission to run Deno. */
export async function importsOf(files: readonly string[]): Promise<Import[]> {
  const all = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(all, files.map((f) => `import "${new URL(f, ROOT).href}";\n`).join(""));
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["info", "--json", "--config", new URL("deno.json", ROOT).pathname],
        // Packages that only benches and tests need are in no other lock file.
        ...["--lock", new URL("dev.lock", ROOT).pathname],
        all,
      ],
      cwd: ROOT,
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return importsIn(JSON.parse(new TextDecoder().decode(stdout)) as Info, new Set(files));
  } finally {
    await Deno.remove(all);
  }
}

function importsIn({ modules }: Info, files: ReadonlySet<string>): Import[] {
  const path = (url: string) => url.startsWith(ROOT.href) ? url.slice(ROOT.href.length) : url;
  return modules.filter((m) => files.has(path(m.specifier))).flatMap((m) =>
    (m.dependencies ?? []).flatMap(({ specifier, code, type, isDynamic = false }) => {
      // Types from another module count as a separate import.
      const found = [code?.specifier, type?.specifier].filter((to) => to !== undefined);
      return [...new Set(found.length === 0 ? [specifier] : found)]
        .map((to) => ({
          from: path(m.specifier),
          to: path(to),
          dynamic: isDynamic,
          typesOnly: to !== code?.specifier,
        }));
    })
  );
}

/** Returns the files that an entry imports, directly and indirectly, itself included. */
export function closureOf(entry: string, imports: readonly Import[]): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    for (const { from, to } of imports) if (from === file) found.add(to);
  }
  return [...found].sort();
}
