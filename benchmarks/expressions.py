"""Expressions beside Jinja2's sandboxed environment: evaluation of compiled templates, and first compilation.

    python benchmarks/expressions.py [--rounds 7] [--check]

Twenty templates that flows have, in both languages where they differ. Each pair is measured in turns in the same
process; a number is the median of the rounds, a ratio is Jinja2's time over ours (2.0: we need half as long). Both give
the same text, which is checked first. ``--check`` fails when we are not at least as fast in the median case, or do not
compile at least five times faster.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from pauta.expression import MapScope, Template

_BATCH = 0.01
"""Seconds that one measurement takes at least."""
_NEEDED = {"evaluate": 1.0, "compile": 5.0}


class Case(NamedTuple):
    title: str
    ours: str
    theirs: str | None = None
    """Where Jinja2 writes it differently."""


VARIABLES: dict[str, Any] = {
    "flow": {"id": "daily_sales", "namespace": "company.team"},
    "execution": {"id": "2yZk3QmWv8", "startDate": "2026-03-15T10:20:30.123456Z"},
    "inputs": {"name": "Penguins", "count": 42, "flag": True, "country": "it's ES", "date": "2026-03-15"},
    "vars": {"bucket": "s3://data", "schema": "sales"},
    "outputs": {
        "extract": {"vars": {"rows": 344, "columns": ["id", "species", "mass"], "source": "api"}, "uri": "kestra:///a"},
        "my-task": {"value": "done"},
    },
    "rows": [{"id": number, "name": f"row {number}", "price": number * 1.5} for number in range(20)],
    "names": ["delta", "alpha", "charlie", "bravo"],
    "taskrun": {"value": "alpha", "attemptsCount": 1},
}
CASES = (
    Case("variable", "{{ inputs.name }}"),
    Case("text around it", "Hello {{ inputs.name }}, welcome to {{ flow.namespace }}!"),
    Case("deep path", "{{ outputs.extract.vars.rows }}"),
    Case("key in brackets", "{{ outputs['my-task'].value }}"),
    Case(
        "key from a variable",
        "{{ outputs.extract.vars.columns[1] ~ outputs[inputs.task ?? 'extract'].uri }}",
        "{{ outputs.extract.vars.columns[1] ~ outputs[inputs.task | default('extract')].uri }}",
    ),
    Case("filter", "{{ inputs.name | upper }}"),
    Case("filters", "{{ names | join(', ') | upper | length }}"),
    Case("default", "{{ inputs.region ?? 'eu-west-1' }}", "{{ inputs.region | default('eu-west-1') }}"),
    Case("arithmetic", "{{ inputs.count * 2 + 1 - 10 / 5 }}", "{{ inputs.count * 2 + 1 - 10 // 5 }}"),
    Case("condition", "{{ inputs.count > 5 ? 'many' : 'few' }}", "{{ 'many' if inputs.count > 5 else 'few' }}"),
    Case("concatenation", "{{ vars.bucket ~ '/' ~ flow.id ~ '/' ~ inputs.date ~ '.parquet' }}"),
    Case(
        "logic",
        "{{ inputs.flag and inputs.count >= 10 and not (inputs.name == 'Cats') }}",
        "{{ (inputs.flag and inputs.count >= 10 and not (inputs.name == 'Cats')) | lower }}",
    ),
    Case("replace", '{{ inputs.country | replace({"\'": "\'\'"}) }}', '{{ inputs.country | replace("\'", "\'\'") }}'),
    Case("date", "{{ execution.startDate | date('yyyy-MM-dd') }}", "{{ execution.startDate | date('%Y-%m-%d') }}"),
    Case("json", "{{ outputs.extract.vars | toJson }}", "{{ outputs.extract.vars | json }}"),
    Case(
        "if",
        "{% if inputs.count > 100 %}large{% elseif inputs.count > 10 %}medium{% else %}small{% endif %}",
        "{% if inputs.count > 100 %}large{% elif inputs.count > 10 %}medium{% else %}small{% endif %}",
    ),
    Case(
        "loop",
        "{% for row in rows %}{{ loop.index }}. {{ row.name }} ({{ row.id }})\n{% endfor %}",
        "{% for row in rows %}{{ loop.index0 }}. {{ row.name }} ({{ row.id }})\n{% endfor %}",
    ),
    Case(
        "set",
        "{% set total = inputs.count + 8 %}{% set half = total / 2 %}{{ total }} {{ half }}",
        "{% set total = inputs.count + 8 %}{% set half = total // 2 %}{{ total }} {{ half }}",
    ),
    Case(
        "query",
        "SELECT *\nFROM {{ vars.schema }}.{{ flow.id }}\nWHERE day >= '{{ inputs.date }}'\n  AND species = '{{ inputs.name }}'\n{% if inputs.flag %}  AND mass IS NOT NULL\n{% endif %}ORDER BY {{ outputs.extract.vars.columns | join(', ') }}\nLIMIT {{ inputs.count }};\n",
    ),
    Case(
        "script",
        "#!/bin/bash\nset -e\necho \"run {{ execution.id }} of {{ flow.namespace }}.{{ flow.id }}\"\npython main.py --rows {{ outputs.extract.vars.rows }} --name '{{ inputs.name }}' --attempt {{ taskrun.attemptsCount }}\n{% for name in names %}cp {{ name }}.csv {{ vars.bucket }}/{{ name }}.csv\n{% endfor %}echo done\n",
    ),
)


def jinja() -> SandboxedEnvironment:
    import json

    environment = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters["date"] = lambda value, form: datetime.fromisoformat(value).strftime(form)
    environment.filters["json"] = lambda value: json.dumps(value, separators=(",", ":"))
    return environment


class Measured(NamedTuple):
    """Microseconds."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours


def compare(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> Measured:
    """Both in turns: the median of the rounds."""
    counts = [repetitions(each) for each in (ours, theirs)]
    found = [(once(ours, counts[0]), once(theirs, counts[1])) for _ in range(rounds)]
    return Measured(median(each[0] for each in found) * 1e6, median(each[1] for each in found) * 1e6)


def repetitions(work: Callable[[], object]) -> int:
    """How often something is done in one measurement."""
    return max(int(_BATCH / once(work, 3)), 3)


def once(work: Callable[[], object], count: int) -> float:
    """Seconds for doing it once."""
    start = time.perf_counter()
    for _ in range(count):
        work()
    return (time.perf_counter() - start) / count


def measure(case: Case, environment: SandboxedEnvironment, rounds: int) -> dict[str, Measured]:
    theirs = case.theirs or case.ours
    template, other = Template(case.ours), environment.from_string(theirs)
    texts = template.render(MapScope(VARIABLES)), other.render(VARIABLES)
    if texts[0] != texts[1]:
        sys.exit(f"{case.title}: we give {texts[0]!r}, Jinja2 gives {texts[1]!r}")
    return {
        "evaluate": compare(lambda: template.render(MapScope(VARIABLES)), lambda: other.render(VARIABLES), rounds),
        "compile": compare(lambda: Template(case.ours), lambda: environment.from_string(theirs), rounds),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--check", action="store_true", help="fail when we are too slow")
    given = options.parse_args()
    environment = jinja()
    found = {case.title: measure(case, environment, given.rounds) for case in CASES}
    print(table(found))
    slow = [what for what, needed in _NEEDED.items() if median_ratio(found, what) < needed]
    if given.check and slow:
        sys.exit(f"too slow: {', '.join(slow)}")


def median_ratio(found: dict[str, dict[str, Measured]], what: str) -> float:
    return median(each[what].ratio for each in found.values())


def table(found: dict[str, dict[str, Measured]]) -> str:
    lines = [f"{'µs':22}{'evaluate':>9}{'jinja2':>9}{'ratio':>8}{'compile':>12}{'jinja2':>9}{'ratio':>8}"]
    for title, each in found.items():
        evaluate, compiled = each["evaluate"], each["compile"]
        lines.append(
            f"{title:22}{evaluate.ours:9.2f}{evaluate.theirs:9.2f}{evaluate.ratio:8.2f}"
            f"{compiled.ours:12.1f}{compiled.theirs:9.1f}{compiled.ratio:8.1f}"
        )
    lines.append(f"{'median':40}{median_ratio(found, 'evaluate'):8.2f}{median_ratio(found, 'compile'):29.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
