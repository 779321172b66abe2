"""Becomes the pip that comes with the interpreter when it is imported.

Its wheel on the path from the beginning would cost every start of Python the reading of its index.
"""

import ensurepip
import importlib
import sys
from pathlib import Path

_wheel = next(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"), None)
if _wheel is None:
    raise ModuleNotFoundError("No module named 'pip'", name="pip")
sys.path.insert(sys.path.index(str(Path(__file__).parents[1])), str(_wheel))
del sys.modules["pip"]
importlib.invalidate_caches()
sys.modules["pip"] = importlib.import_module("pip")
