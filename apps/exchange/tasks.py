from collections.abc import Callable

from django_tasks import task

from apps.exchange.models import ImportRun
from apps.exchange.runs import fail_run, read_run, write_run


def _work(run_id: int, step: Callable[[ImportRun], None]) -> None:
    run = ImportRun.objects.select_related("team__organization", "author").get(pk=run_id)
    try:
        step(run)
    except Exception:
        # Nobody waits for ever: the page says that it failed, the worker's log says why.
        fail_run(run)
        raise


@task()
def read_import(run_id: int) -> None:
    _work(run_id, read_run)


@task()
def write_import(run_id: int) -> None:
    _work(run_id, write_run)
