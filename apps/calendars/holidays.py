"""Public holidays, from the holidays package. It takes a second to import: loaded when needed."""

from collections.abc import Iterable
from datetime import date
from functools import cache

SPOKEN = {"ja": {"JP": "ja"}, "en": {"JP": "en_US"}}


@cache
def _of_year(country: str, year: int, language: str) -> dict[date, str]:
    import holidays

    wanted = SPOKEN.get(language, {}).get(country)
    return dict(holidays.country_holidays(country, years=year, language=wanted))


def public_holidays(country: str, years: Iterable[int], language: str = "en") -> dict[date, str]:
    """Dates with names; nothing for an empty country."""
    found: dict[date, str] = {}
    if country:
        for year in years:
            found |= _of_year(country, year, language)
    return found


@cache
def country_codes() -> frozenset[str]:
    import holidays

    return frozenset(holidays.list_supported_countries(include_aliases=False))


def country_choices(language: str) -> list[tuple[str, str]]:
    """Supported countries by name in the language, sorted by name."""
    from babel import Locale

    names = Locale.parse(language).territories
    return sorted(((code, names.get(code, code)) for code in country_codes()), key=lambda pair: pair[1])


def warm_up() -> None:
    """Pays for the import before the first visitor does."""
    _of_year("JP", date.today().year, "ja")  # noqa: DTZ011 - any recent year will do
