from django_tasks import task

from apps.api import hooks


@task()
def send_parcel(parcel_id: str) -> None:
    hooks.send(parcel_id)
