"""The index of the library says what its files declare, so that none is imported before it is used."""

import importlib
import pkgutil

import pytest

from pauta.expression import catalog, library
from pauta.expression.library.index import AMBIENT, INDEX, OUTSIDE, OUTSIDE_FILTERS

KINDS = ("filter", "function", "test")


@pytest.fixture(scope="module")
def declared():
    for module in pkgutil.iter_modules(library.__path__):
        importlib.import_module(f"{library.__name__}.{module.name}")
    return {key: callee for key, callee in catalog._known.items() if callee.call.__module__.startswith("pauta.")}


def test_what_is_declared_is_in_the_index_with_its_file(declared):
    found = {(kind, name): callee.call.__module__.rpartition(".")[2] for (kind, name), callee in declared.items()}
    assert found == {(kind, name): module for kind in KINDS for name, module in INDEX[kind].items()}


def test_the_index_knows_what_asks_the_outside_world(declared):
    outside = {key for key, callee in declared.items() if callee.outside}
    assert outside == {("function", name) for name in OUTSIDE} | {("filter", name) for name in OUTSIDE_FILTERS}
    assert {name for (_, name), callee in declared.items() if callee.ambient} == AMBIENT


def test_everything_says_what_it_does(declared):
    assert [key for key, callee in declared.items() if not callee.summary.endswith(".")] == []


def test_the_index_is_in_order():
    assert {kind: list(INDEX[kind]) for kind in KINDS} == {kind: sorted(INDEX[kind]) for kind in KINDS}
