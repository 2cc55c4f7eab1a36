from datetime import date


class DateConverter:
    """A day in a path, as 2026-12-01."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # a ValueError is Django's sign for "no such page"

    def to_url(self, value: date) -> str:
        return value.isoformat()
