from django_tasks import task

from apps.api import hooks


@task()
def send_hook(hook_id: int) -> None:
    hooks.send_of(hook_id)
