"""Makes stand-ins of NVIDIA's libraries: every function that onnxruntime-gpu's providers import, returning success.

With them the CUDA provider loads on a machine without a GPU: it lists its kernels, and says which nodes of a model it
takes. It computes nothing. Needs gcc and binutils. Keep what it writes out of any commit.

Run: python3 tools/kernels/cuda_stand_ins.py FOLDER/onnxruntime/capi OUT, then set LD_LIBRARY_PATH=OUT
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

# What must give more than success. Offsets in cudaDeviceProp are those of CUDA 13; the device is a compute capability 9.0.
ALLOCATE = "void **p, size_t n) { *p = calloc(1, n + 256); return 0; }"
COPY = "void *to, const void *from, size_t n) { memmove(to, from, n); return 0; }"
FREE = "void *p) { free(p); return 0; }"
NAME = 'void) { return (intptr_t)"stand-in"; }'
VERSION = "int *v) { *v = 13000; return 0; }"
BODIES = {
    "cudaGetDeviceCount": "int *n) { *n = 1; return 0; }",
    "cudaGetDevice": "int *d) { *d = 0; return 0; }",
    "cudaGetDeviceProperties": """char *p) {
  memset(p, 0, 800); strcpy(p, "stand-in");
  *(size_t *)(p + 288) = 64ull << 30; *(size_t *)(p + 296) = 49152; *(int *)(p + 304) = 65536;
  *(int *)(p + 308) = 32; *(int *)(p + 320) = 1024;
  for (int i = 324; i < 348; i += 4) *(int *)(p + i) = 1024;
  *(int *)(p + 360) = 9; *(int *)(p + 384) = *(int *)(p + 388) = 132; return 0; }""",
    "cudaDeviceGetAttribute": "int *v, int what) { *v = what == 75 ? 9 : what == 76 ? 0 : 132; return 0; }",
    "cudaMemGetInfo": "size_t *f, size_t *t) { *f = *t = 64ull << 30; return 0; }",
    "cudaDriverGetVersion": VERSION,
    "cudaRuntimeGetVersion": VERSION,
    "cudaMalloc": ALLOCATE,
    "cudaMallocFromPoolAsync": ALLOCATE,
    "cudaMallocHost": ALLOCATE,
    "cudaHostAlloc": ALLOCATE,
    "cudaFree": FREE,
    "cudaFreeAsync": FREE,
    "cudaFreeHost": FREE,
    "cudaMemcpy": COPY,
    "cudaMemcpyAsync": COPY,
    "cudaGetErrorName": NAME,
    "cudaGetErrorString": NAME,
    "cudaStreamIsCapturing": "void *s, int *v) { *v = 0; return 0; }",
    "__cudaRegisterFatBinary": "void) { return (intptr_t)thing; }",
    "cudnnGetVersion": "void) { return 91000; }",
}
# These give their caller something new, whose content nobody reads.
MAKERS = re.compile(r"(Create|CreateWithFlags|Instantiate|GetKernel|EntryPointByVersion)(_v2)?$")
HEAD = "#include <stdint.h>\n#include <stdlib.h>\n#include <string.h>\nstatic char thing[4096];\n"
IMPORTED = re.compile(r" U ((?:cu|__cuda)\w+(?=@)|(?!_|Provider_)\w+$)(?:@(\S+))?", re.MULTILINE)


def output(*command) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def imports(library: Path) -> dict[str, set[str]]:
    """Returns the names that a provider imports of NVIDIA's libraries, by library."""
    names = defaultdict(set)
    for needed in re.findall(r"NEEDED.*\[(lib(?:cu|nv)\w+\.so\.\d+)\]", output("readelf", "-d", library)):
        names[needed] = set()
    for name, version in IMPORTED.findall(output("nm", "-D", "--undefined-only", library)):
        names[version or ("libcuda.so.1" if name.startswith("cu") else "libnvinfer.so.10")].add(name)
    return names


def function(name: str) -> str:
    usual = "void **p) { *p = thing; return 0; }" if MAKERS.search(name) else "void) { return 0; }"
    return f"intptr_t {name}({BODIES.get(name, usual)}"


def write(library: str, names: set[str], out: Path) -> None:
    """Compiles a stand-in. Its symbols have the library's name as their version, as CUDA's own have."""
    source, versions = out / "stand_in.c", out / "stand_in.map"
    source.write_text(HEAD + "\n".join(map(function, sorted(names))))
    versions.write_text(f"{library} {{ global: *; }};")
    flags = ["-w", "-shared", "-fPIC", f"-Wl,-soname,{library}", f"-Wl,--version-script={versions}"]
    output("gcc", *flags, "-o", out / library, source)
    source.unlink()
    versions.unlink()


def main(capi: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    all_names = defaultdict(set)
    for provider in ("cuda", "tensorrt"):
        for library, names in imports(capi / f"libonnxruntime_providers_{provider}.so").items():
            all_names[library] |= names
    for library, names in all_names.items():
        write(library, names, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
