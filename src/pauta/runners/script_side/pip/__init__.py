"""Becomes pip when it is imported: the one that comes with the interpreter, else the one beside pauta.

On the path from the beginning they would cost every start of Python the reading of their index.
"""

import importlib
import sys
import sysconfig
from pathlib import Path

_bundled = Path(sysconfig.get_path("stdlib"), "ensurepip", "_bundled")
_lent = Path(sys.prefix, "lent")
"""A folder with nothing but a link to pauta's pip; it is there when the interpreter brings none."""
_place = next(_bundled.glob("pip-*.whl"), _lent if _lent.is_dir() else None)
if _place is None:
    raise ModuleNotFoundError("No module named 'pip'", name="pip")
sys.path.insert(sys.path.index(str(Path(__file__).parents[1])), str(_place))
del sys.modules["pip"]
importlib.invalidate_caches()
sys.modules["pip"] = importlib.import_module("pip")
