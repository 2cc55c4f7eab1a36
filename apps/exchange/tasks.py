from django_tasks import task

from apps.exchange.models import ImportRun
from apps.exchange.runs import read_run, write_run


def _run(run_id: int) -> ImportRun:
    return ImportRun.objects.select_related("team__organization", "author").get(pk=run_id)


@task()
def read_import(run_id: int) -> None:
    read_run(_run(run_id))


@task()
def write_import(run_id: int) -> None:
    write_run(_run(run_id))
