from zoneinfo import available_timezones


def zone_choices() -> list[tuple[str, str]]:
    """Zone names that people know: the ones with a region, and UTC."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = sorted(name for name in available_timezones() if name.startswith(regions))
    return [(name, name) for name in ["UTC", *names]]
