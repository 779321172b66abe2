"""The template language of flows (Kestra's, Pebble's grammar), evaluated over plain data.

``{{ outputs.extract.vars.rows | first }}`` is compiled once to closures and evaluated many times. The room computes and
does nothing else: what needs the outside world is asked of the ``Scope`` that the caller gives.
"""

from __future__ import annotations

from pauta.expression.dialect import Dialect
from pauta.expression.scope import MapScope, Scope
from pauta.expression.template import Template, compile, has_template, render_value, truthy  # noqa: A004 -- its name

__all__ = ["Dialect", "MapScope", "Scope", "Template", "compile", "has_template", "render_value", "truthy"]
