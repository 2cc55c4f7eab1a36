from django.http import HttpRequest


def workplace(request: HttpRequest) -> dict[str, object]:
    return {}
