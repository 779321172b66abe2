"""What all models of flow documents share."""

import pytest
from pydantic import ValidationError

from pauta import registry
from pauta.plugins.core.log.log import Log
from pauta.plugins.scripts.exec import ScriptOutputs
from pauta.sdk.retries import ConstantRetry

RETRY = {"type": "constant", "interval": "PT1S"}


def test_an_old_name_of_a_property_is_read():
    assert ConstantRetry.model_validate({**RETRY, "maxAttempt": 3}).max_attempts == 3


def test_the_present_name_counts_when_both_are_there():
    assert ConstantRetry.model_validate({**RETRY, "maxAttempts": 2, "maxAttempt": 3}).max_attempts == 2


def test_what_was_never_a_name_is_refused():
    with pytest.raises(ValidationError, match="maxAtempts"):
        ConstantRetry.model_validate({**RETRY, "maxAtempts": 3})


def test_a_class_is_known_by_its_type_first_and_its_old_names():
    assert registry.names_of(Log) == ("io.kestra.plugin.core.log.Log", "io.kestra.core.tasks.log.Log")


def test_script_tasks_of_all_languages_say_what_they_give():
    scripts = [cls for name, cls in registry.installed().items() if name.startswith("io.kestra.plugin.scripts.")]
    tasks = [cls for cls in scripts if hasattr(cls, "before_commands") or "before_commands" in cls.model_fields]
    assert len(tasks) > 20
    assert all(issubclass(cls.gives, ScriptOutputs) for cls in tasks)
