"""Names of months and days in some languages; any other language gets English."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pauta.errors import ExpressionError

_FORM = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*|")


@dataclass(frozen=True, slots=True)
class Locale:
    """How a language writes dates.

    ``styles`` are the patterns of date and time of ``full``, ``long``, ``medium`` and ``short``; weeks of the year begin
    on ``first_day`` (1 is Monday, 7 Sunday), and the first has ``minimal_days`` days of January or more.
    """

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    styles: tuple[str, str, str, str]
    universal: str = "Coordinated Universal Time"
    first_day: int = 7
    minimal_days: int = 1


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ENGLISH = Locale(
    _words("January February March April May June July August September October November December"),
    _words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    _words("Mon Tue Wed Thu Fri Sat Sun"),
    (
        "EEEE, MMMM d, y, h:mm:ss\u202fa zzzz",
        "MMMM d, y, h:mm:ss\u202fa z",
        "MMM d, y, h:mm:ss\u202fa",
        "M/d/yy, h:mm\u202fa",
    ),
)
_LANGUAGES: dict[str, Locale] = {
    "en": _ENGLISH,
    "fr": Locale(
        _words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
        _words("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
        _words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
        _words("lun. mar. mer. jeu. ven. sam. dim."),
        ("EEEE d MMMM y, HH:mm:ss zzzz", "d MMMM y, HH:mm:ss z", "d MMM y, HH:mm:ss", "dd/MM/y HH:mm"),
        "temps universel coordonné",
    ),
    "de": Locale(
        _words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
        _words("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
        _words("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
        _words("Mo. Di. Mi. Do. Fr. Sa. So."),
        ("EEEE, d. MMMM y, HH:mm:ss zzzz", "d. MMMM y, HH:mm:ss z", "dd.MM.y, HH:mm:ss", "dd.MM.yy, HH:mm"),
        "Koordinierte Weltzeit",
    ),
    "es": Locale(
        _words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
        _words("ene feb mar abr may jun jul ago sept oct nov dic"),
        _words("lunes martes miércoles jueves viernes sábado domingo"),
        _words("lun mar mié jue vie sáb dom"),
        (
            "EEEE, d 'de' MMMM 'de' y, H:mm:ss (zzzz)",
            "d 'de' MMMM 'de' y, H:mm:ss z",
            "d MMM y, H:mm:ss",
            "d/M/yy, H:mm",
        ),
        "tiempo universal coordinado",
    ),
    "it": Locale(
        _words("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
        _words("gen feb mar apr mag giu lug ago set ott nov dic"),
        _words("lunedì martedì mercoledì giovedì venerdì sabato domenica"),
        _words("lun mar mer gio ven sab dom"),
        ("EEEE d MMMM y, HH:mm:ss zzzz", "d MMMM y, HH:mm:ss z", "d MMM y, HH:mm:ss", "dd/MM/yy, HH:mm"),
        "Tempo coordinato universale",
    ),
    "pt": Locale(
        _words("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
        _words("jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez."),
        _words("segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo"),
        _words("seg. ter. qua. qui. sex. sáb. dom."),
        (
            "EEEE, d 'de' MMMM 'de' y HH:mm:ss zzzz",
            "d 'de' MMMM 'de' y HH:mm:ss z",
            "d 'de' MMM 'de' y HH:mm:ss",
            "dd/MM/y HH:mm",
        ),
        "Horário Universal Coordenado",
    ),
    "nl": Locale(
        _words("januari februari maart april mei juni juli augustus september oktober november december"),
        _words("jan feb mrt apr mei jun jul aug sep okt nov dec"),
        _words("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"),
        _words("ma di wo do vr za zo"),
        ("EEEE d MMMM y HH:mm:ss zzzz", "d MMMM y HH:mm:ss z", "d MMM y HH:mm:ss", "dd-MM-y HH:mm"),
        "Gecoördineerde wereldtijd",
    ),
    "ja": Locale(
        tuple(f"{number}月" for number in range(1, 13)),
        tuple(f"{number}月" for number in range(1, 13)),
        tuple(f"{day}曜日" for day in "月火水木金土日"),
        tuple("月火水木金土日"),
        ("y年M月d日EEEE H時mm分ss秒 zzzz", "y年M月d日 H:mm:ss z", "y/MM/dd H:mm:ss", "y/MM/dd H:mm"),
        "協定世界時",
    ),
}
_SUNDAY_FIRST = frozenset({"US", "CA", "JP", "BR", "MX", "IN", "IL", "ZA", "KR", "PT"})


def locale(name: str | None) -> Locale:
    """The locale of a name: ``en``, ``fr-FR``, ``de_DE``. Raises ExpressionError when it cannot be one."""
    if name is None:
        return _ENGLISH
    if not _FORM.fullmatch(name):
        raise ExpressionError(f"'{name}' is not a locale; an example is 'en_US'")
    language, *rest = re.split("[_-]", name)
    found = _LANGUAGES.get(language.lower(), _ENGLISH)
    region = rest[-1].upper() if rest else ""
    return found if not region or region in _SUNDAY_FIRST else _with_iso_weeks(found)


def _with_iso_weeks(found: Locale) -> Locale:
    from dataclasses import replace

    return replace(found, first_day=1, minimal_days=4)
