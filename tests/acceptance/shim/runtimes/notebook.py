"""Runs cells in a real kernel."""

import nbclient
import nbformat

CELLS = [
    "import failcat; failcat.instrument()",
    "{}['x']",
    "def find(): raise LookupError('in a function')\nfind()",
    "with failcat.run('notebook-run'): find()",
    "import asyncio, gc\nasync def later(): raise ValueError('in a task')\n"
    "task = asyncio.create_task(later()); await asyncio.sleep(0.1); del task; gc.collect();",
    "this is no python",
    "%no_such_magic",
    "raise KeyboardInterrupt",
    "failcat.flush(3)",
]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
print(*(output.get("ename") for cell in notebook.cells for output in cell.outputs if output.output_type == "error"))
