"""Runs examples/*.ipynb in Deno's Jupyter kernel, and stores what their cells show.

Needs `pip install nbclient nbformat` and `deno jupyter --install`. Run `deno task notebooks` before, which writes the
cells, and after, which writes numbers in the form of JavaScript. Names select notebooks:

    python tools/notebooks.py first_steps
"""

import os
import pathlib
import re
import sys

import nbformat
from nbclient import NotebookClient

ROOT = pathlib.Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"


# The first line of a statement that shows nothing, or a line inside one that began before.
SILENT = re.compile(r"(const|let|for|if|async|function|import|trained|live|await live|await (write|hessian|trainer|Deno))\b|[)}\]/ ]")


def is_silent(source: str) -> bool:
    """Returns whether a cell ends with a statement that is no expression to show."""
    starts = [line for line in source.splitlines() if line and line[0] not in ")}] "]
    return SILENT.match(starts[-1]) is not None


def execute(path: pathlib.Path) -> nbformat.NotebookNode:
    """Runs a notebook. The kernel may say that a cell has ended before it sends the output: then it runs once more."""
    for _ in range(5):
        notebook = nbformat.read(path, as_version=4)
        resources = {"metadata": {"path": str(EXAMPLES)}}
        NotebookClient(notebook, timeout=300, kernel_name="deno", resources=resources).execute()
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        if all(cell.outputs or is_silent(cell.source) for cell in cells):
            return notebook
    sys.exit(f"{path.name}: the kernel lost an output, five times")


def run(path: pathlib.Path) -> None:
    """Runs a notebook and stores it with its outputs."""
    notebook = execute(path)
    for cell in notebook.cells:
        # Times of execution would differ with each run.
        cell.metadata = {}
    text = nbformat.writes(notebook) + "\n"
    if str(ROOT) in text or os.path.expanduser("~") + "/" in text:
        sys.exit(f"{path.name} shows a path of this machine")
    path.write_text(text, encoding="utf-8")


for file in sorted(EXAMPLES.glob("*.ipynb")):
    if len(sys.argv) == 1 or file.stem in sys.argv[1:]:
        run(file)
        print(file.name, file.stat().st_size, "bytes")
