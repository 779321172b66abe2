"""One class for each type of input: the properties that only it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from pauta.flow.inputs import moments
from pauta.flow.inputs.base import Input, Text
from pauta.flow.inputs.types import InputType
from pauta.sdk.plugins import Model

_Duration = Annotated[str, BeforeValidator(moments.duration), WithJsonSchema({"type": "string", "format": "duration"})]


class StringInput(Input):
    """A text."""

    kind: ClassVar[InputType] = InputType.STRING
    validator: Text | None = None
    """A regular expression that the whole text matches."""


class SecretInput(Input):
    """A text that is stored encrypted and masked in logs."""

    kind: ClassVar[InputType] = InputType.SECRET
    validator: Text | None = None
    """A regular expression that the whole text matches."""


class IntInput(Input):
    """A whole number of 32 bits; bounds are included."""

    kind: ClassVar[InputType] = InputType.INT
    min: int | None = None
    """The smallest number that is allowed."""
    max: int | None = None
    """The largest number that is allowed."""


class FloatInput(Input):
    """A number of 32 bits; bounds are included."""

    kind: ClassVar[InputType] = InputType.FLOAT
    min: float | None = None
    """The smallest number that is allowed."""
    max: float | None = None
    """The largest number that is allowed."""


class BoolInput(Input):
    """True or false."""

    kind: ClassVar[InputType] = InputType.BOOL


class BooleanInput(Input):
    """True or false, or nothing yet; deprecated for BOOL."""

    kind: ClassVar[InputType] = InputType.BOOLEAN


class DateTimeInput(Input):
    """An instant: ISO 8601 with a zone; bounds are included."""

    kind: ClassVar[InputType] = InputType.DATETIME
    after: Annotated[str, BeforeValidator(moments.instant)] | None = None
    """The first instant that is allowed."""
    before: Annotated[str, BeforeValidator(moments.instant)] | None = None
    """The last instant that is allowed."""


class DateInput(Input):
    """A day; bounds are included."""

    kind: ClassVar[InputType] = InputType.DATE
    after: Annotated[str, BeforeValidator(moments.day)] | None = None
    """The first day that is allowed."""
    before: Annotated[str, BeforeValidator(moments.day)] | None = None
    """The last day that is allowed."""


class TimeInput(Input):
    """A time of day; bounds are included."""

    kind: ClassVar[InputType] = InputType.TIME
    after: Annotated[str, BeforeValidator(moments.time_of_day)] | None = None
    """The first time that is allowed."""
    before: Annotated[str, BeforeValidator(moments.time_of_day)] | None = None
    """The last time that is allowed."""


class DurationInput(Input):
    """A length of time: ISO 8601; bounds are included."""

    kind: ClassVar[InputType] = InputType.DURATION
    min: _Duration | None = None
    """The shortest duration that is allowed."""
    max: _Duration | None = None
    """The longest duration that is allowed."""


class FileInput(Input):
    """A file, kept in the internal storage."""

    kind: ClassVar[InputType] = InputType.FILE
    extension: Text | None = Field(default=None, deprecated=True)
    """Without effect."""
    allowed_file_extensions: tuple[Text, ...] | None = None
    """Endings of the names of uploaded files, with the dot."""


class JsonInput(Input):
    """Any JSON value."""

    kind: ClassVar[InputType] = InputType.JSON
    json_schema: Text | None = None
    """2.x: the JSON Schema that the value fits."""


class YamlInput(Input):
    """Any value, written in YAML."""

    kind: ClassVar[InputType] = InputType.YAML


class IonInput(Input):
    """Any value, written in Ion (2.x)."""

    kind: ClassVar[InputType] = InputType.ION


class UriInput(Input):
    """A URI with a scheme."""

    kind: ClassVar[InputType] = InputType.URI


class EmailInput(Input):
    """An address of electronic mail."""

    kind: ClassVar[InputType] = InputType.EMAIL


class Option(Model):
    """A value to choose, and how a form shows it (2.x)."""

    label: Text
    """What people see."""
    value: Text
    """What the flow gets."""


class Selection(Input):
    """An input whose value is chosen."""

    values: tuple[Text | Option, ...] | None = None
    """What can be chosen."""
    expression: Text | None = None
    """Gives the list of values, instead of ``values``."""
    allow_custom_value: bool = False
    """Other values are accepted, too."""
    auto_select_first: bool = False
    """The first value is the default."""

    @property
    def choices(self) -> tuple[str, ...] | None:
        """The values as far as they are written down; None: there are none."""
        values = self.values
        return None if values is None else tuple(each if isinstance(each, str) else each.value for each in values)


class EnumInput(Input):
    """One of a list of texts; deprecated for SELECT."""

    kind: ClassVar[InputType] = InputType.ENUM
    values: tuple[Text, ...]
    """The values that are allowed."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The values."""
        return self.values


class SelectInput(Selection):
    """One of a list of texts."""

    kind: ClassVar[InputType] = InputType.SELECT
    is_radio: bool = False
    """A form shows all values at once."""


class MultiselectInput(Selection):
    """Some of a list of values."""

    kind: ClassVar[InputType] = InputType.MULTISELECT
    options: tuple[Text, ...] | None = Field(default=None, deprecated=True)
    """The older word for ``values``."""
    item_type: InputType = InputType.STRING
    """The type that each chosen value is converted to."""

    @property
    def choices(self) -> tuple[str, ...] | None:
        """The values as far as they are written down; None: there are none."""
        return super().choices if self.values is not None else self.__dict__["options"]


class ArrayInput(Input):
    """A list of values of one type."""

    kind: ClassVar[InputType] = InputType.ARRAY
    item_type: InputType
    """The type of its items."""


CLASSES: Mapping[str, type[Input]] = {
    each.kind: each
    for each in (
        StringInput,
        EnumInput,
        SelectInput,
        IntInput,
        FloatInput,
        BooleanInput,
        BoolInput,
        DateTimeInput,
        DateInput,
        TimeInput,
        DurationInput,
        FileInput,
        JsonInput,
        UriInput,
        SecretInput,
        ArrayInput,
        MultiselectInput,
        YamlInput,
        EmailInput,
        IonInput,
    )
}
"""The class of each type but FORM."""
