"""The command line. What makes every start quicker stands here, before anything else is imported."""

import gc
import sys
from importlib import import_module
from types import ModuleType

# a command makes many objects that stay, and little garbage
gc.set_threshold(50_000, 20, 100)


class _NoPlugins(ModuleType):
    """Stands for pydantic's loader of plugins, which reads the metadata of all installed packages (15 ms) to find none."""

    def get_plugins(self) -> tuple[()]:
        """No plugins."""
        return ()

    def __getattr__(self, name: str) -> object:
        """Whatever else is asked for is that of the loader itself."""
        if name.startswith("__"):  # the import system asks
            raise AttributeError(name)
        sys.modules.pop(self.__name__)
        return getattr(import_module(self.__name__), name)


sys.modules.setdefault("pydantic.plugin._loader", _NoPlugins("pydantic.plugin._loader"))
