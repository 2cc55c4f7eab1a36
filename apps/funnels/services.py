from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from apps.accounts.models import Team, User
from apps.accounts.services import record_event
from apps.domain.errors import PlanError
from apps.domain.rates import Rate, parse_rate
from apps.funnels.models import Funnel, Kpi, Segment
from apps.funnels.presets import BY_CODE

MOST_STAGES = 10
MOST_SIGNALS = 5
MOST_DETAILS = 5
MOST_SEGMENTS = 6


@transaction.atomic
def start_funnel(*, team: Team, by: User, preset: str) -> Funnel:
    """A funnel from a preset, in the language of the moment, and the team's default segment."""
    funnel, created = Funnel.objects.get_or_create(team=team, defaults={"preset": preset})
    Segment.objects.get_or_create(team=team, is_default=True, defaults={"code": "default"})
    if created:
        Kpi.objects.bulk_create(_preset_kpis(funnel, preset))
        record_event(team=team, actor=by, kind="funnel_started", preset=preset)
    return funnel


def _preset_kpis(funnel: Funnel, preset: str) -> list[Kpi]:
    stages = BY_CODE[preset].stages
    kpis = []
    for position, stage in enumerate(stages):
        kpi = Kpi(
            funnel=funnel,
            code=stage.code,
            name=str(stage.name),
            unit=str(stage.unit),
            nature=Kpi.Nature.RESULT if stage.is_result else Kpi.Nature.ACTION,
            position=position,
            carries_amount=position == len(stages) - 1,
            rate_source=str(stage.source),
            rate_source_url=stage.url,
        )
        if stage.rate:
            kpi.put_rate(parse_rate(stage.rate))
        kpis.append(kpi)
    return kpis


@transaction.atomic
def add_stage(
    *,
    funnel: Funnel,
    by: User,
    name: str,
    unit: str,
    nature: str,
    rate: Rate | None,
    minutes: int | None = None,
    block: str = "",
    lead_days: int = 0,
) -> Kpi:
    """A further stage before the last one: the last stage is the contract, where the goal is.

    Raises PlanError ``too_many_stages`` (largest).
    """
    Funnel.objects.select_for_update().get(pk=funnel.pk)
    running = list(funnel.stages())
    if len(running) >= MOST_STAGES:
        raise PlanError("too_many_stages", largest=MOST_STAGES)
    kpi = Kpi(funnel=funnel, code=_free_code(funnel, name), name=name, unit=unit, nature=nature, position=0)
    kpi.carries_amount = not running
    kpi.minutes, kpi.block, kpi.lead_days = minutes, block, lead_days
    kpi.put_rate(rate)
    kpi.position = (funnel.kpis.aggregate(Max("position"))["position__max"] or 0) + 1
    kpi.save()
    _number([*running[:-1], kpi, *running[-1:]])
    record_event(team=funnel.team, actor=by, kind="stage_added", kpi=kpi.pk)
    return kpi


def _free_code(funnel: Funnel, name: str, otherwise: str = "stage") -> str:
    taken = set(funnel.kpis.values_list("code", flat=True))
    stem = slugify(name)[:30] or otherwise
    candidates = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(code for code in candidates if code not in taken)


@transaction.atomic
def change_stage(
    *,
    kpi: Kpi,
    by: User,
    name: str,
    unit: str,
    nature: str,
    rate: Rate | None,
    minutes: int | None = None,
    block: str = "",
    lead_days: int = 0,
) -> None:
    if rate is None or kpi.rate != rate.value:
        kpi.rate_source = kpi.rate_source_url = ""
    kpi.name, kpi.unit, kpi.nature = name, unit, nature
    kpi.minutes, kpi.block, kpi.lead_days = minutes, block, lead_days
    kpi.put_rate(rate)
    kpi.save()
    record_event(team=kpi.funnel.team, actor=by, kind="stage_changed", kpi=kpi.pk, rate=kpi.rate_text)


@transaction.atomic
def move_stage(*, kpi: Kpi, by: User, up: bool) -> None:
    """Swaps a stage with its neighbour; the rates stay with their stages, to be looked at again."""
    Funnel.objects.select_for_update().get(pk=kpi.funnel_id)
    stages = list(kpi.funnel.stages())
    place = next((number for number, stage in enumerate(stages) if stage.pk == kpi.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(stages):
        return
    stages[place], stages[other] = stages[other], stages[place]
    _number(stages)
    record_event(team=kpi.funnel.team, actor=by, kind="stage_moved", kpi=kpi.pk, to=other)


def _number(stages: list[Kpi]) -> None:
    """Positions in order; the amount is carried by the last stage."""
    for position, stage in enumerate(stages):
        stage.position = position
        stage.carries_amount = position == len(stages) - 1
    Kpi.objects.bulk_update(stages, ["position", "carries_amount"])


@transaction.atomic
def park_stage(*, kpi: Kpi, by: User, parked: bool) -> None:
    """Takes a stage out of new plans, or back in; what was logged stays. A parked stage remembers
    by ``carries_amount`` whether it was the last one.

    Raises PlanError ``last_stage`` for the only running stage.
    """
    Funnel.objects.select_for_update().get(pk=kpi.funnel_id)
    if parked and kpi.funnel.stages().count() == 1:
        raise PlanError("last_stage")
    running = [stage for stage in kpi.funnel.stages() if stage.pk != kpi.pk]
    kpi.parked_at = timezone.now() if parked else None
    kpi.save(update_fields=["parked_at"])
    if not parked:
        # Back where it was: at the end if it was the last stage, else before the last.
        was_last = kpi.carries_amount
        running.insert(len(running) if was_last else max(0, len(running) - 1), kpi)
    _number(running)
    record_event(team=kpi.funnel.team, actor=by, kind="stage_parked" if parked else "stage_back", kpi=kpi.pk)


@transaction.atomic
def add_signal(
    *, stage: Kpi, by: User, name: str, unit: str, measure: str, target: Rate | None = None
) -> Kpi:
    """A quality KPI beside a stage. Raises PlanError ``too_many_signals`` (largest) and
    ``signal_twice`` (name)."""
    Funnel.objects.select_for_update().get(pk=stage.funnel_id)
    beside = stage.signals.filter(parked_at=None, kind=Kpi.Kind.SIGNAL).count()
    if beside >= MOST_SIGNALS:
        raise PlanError("too_many_signals", largest=MOST_SIGNALS)
    if stage.signals.filter(parked_at=None, kind=Kpi.Kind.SIGNAL, name=name).exists():
        raise PlanError("signal_twice", name=name)
    signal = Kpi(
        funnel=stage.funnel,
        kind=Kpi.Kind.SIGNAL,
        code=_free_code(stage.funnel, name, "signal"),
        name=name,
        unit=unit,
        position=beside,
        beside=stage,
        measure=measure,
    )
    signal.put_target(target)
    signal.save()
    record_event(team=stage.funnel.team, actor=by, kind="signal_added", kpi=signal.pk, beside=stage.pk)
    return signal


@transaction.atomic
def change_signal(
    *, signal: Kpi, by: User, name: str, unit: str, measure: str, target: Rate | None = None
) -> None:
    signal.name, signal.unit, signal.measure = name, unit, measure
    signal.put_target(target)
    signal.save()
    record_event(team=signal.funnel.team, actor=by, kind="signal_changed", kpi=signal.pk, measure=measure)


@transaction.atomic
def park_signal(*, signal: Kpi, by: User, parked: bool) -> None:
    """Raises PlanError ``too_many_signals`` (largest) when it is taken back in."""
    _park_beside(signal, by, parked=parked, most=MOST_SIGNALS, too_many="too_many_signals")


def _park_beside(kpi: Kpi, by: User, *, parked: bool, most: int, too_many: str) -> None:
    """What stands beside a stage goes out of use or comes back; its kind has room for ``most``."""
    Funnel.objects.select_for_update().get(pk=kpi.funnel_id)
    beside = Kpi.objects.filter(beside=kpi.beside_id, kind=kpi.kind, parked_at=None).exclude(pk=kpi.pk)
    if not parked and beside.count() >= most:
        raise PlanError(too_many, largest=most)
    kpi.parked_at = timezone.now() if parked else None
    kpi.save(update_fields=["parked_at"])
    record_event(
        team=kpi.funnel.team, actor=by, kind=f"{kpi.kind}_{'parked' if parked else 'back'}", kpi=kpi.pk
    )


@transaction.atomic
def add_detail(*, stage: Kpi, by: User, name: str, unit: str, rate: Rate, onward: Rate | None) -> Kpi:
    """A further link at the end of the chain that a stage opens into. A rate onward belongs to the last
    link alone, so the one before gives up its own.

    Raises PlanError ``last_has_no_chain``, ``too_many_details`` (largest), ``detail_twice`` (name).
    """
    Funnel.objects.select_for_update().get(pk=stage.funnel_id)
    if stage.pk == stage.funnel.stages().values_list("pk", flat=True).last():
        raise PlanError("last_has_no_chain")
    links = list(Kpi.objects.filter(beside=stage, kind=Kpi.Kind.DETAIL, parked_at=None).order_by("position"))
    if len(links) >= MOST_DETAILS:
        raise PlanError("too_many_details", largest=MOST_DETAILS)
    if any(link.name == name for link in links):
        raise PlanError("detail_twice", name=name)
    for link in links[-1:]:
        link.put_onward(None)
        link.save()
    detail = Kpi(
        funnel=stage.funnel,
        kind=Kpi.Kind.DETAIL,
        code=_free_code(stage.funnel, name, "step"),
        name=name,
        unit=unit,
        position=len(links),
        beside=stage,
    )
    detail.put_rate(rate)
    detail.put_onward(onward)
    detail.save()
    record_event(team=stage.funnel.team, actor=by, kind="detail_added", kpi=detail.pk, beside=stage.pk)
    return detail


@transaction.atomic
def change_detail(*, detail: Kpi, by: User, name: str, unit: str, rate: Rate, onward: Rate | None) -> None:
    """``onward`` counts on the last link only."""
    later = Kpi.objects.filter(
        beside=detail.beside_id, kind=Kpi.Kind.DETAIL, parked_at=None, position__gt=detail.position
    )
    detail.name, detail.unit = name, unit
    detail.put_rate(rate)
    detail.put_onward(None if later.exists() else onward)
    detail.save()
    record_event(team=detail.funnel.team, actor=by, kind="detail_changed", kpi=detail.pk)


@transaction.atomic
def park_detail(*, detail: Kpi, by: User, parked: bool) -> None:
    """Raises PlanError ``too_many_details`` (largest) when it is taken back in."""
    _park_beside(detail, by, parked=parked, most=MOST_DETAILS, too_many="too_many_details")


# -- segments --------------------------------------------------------------------------------------


@transaction.atomic
def add_segment(*, team: Team, by: User, name: str) -> Segment:
    """Raises PlanError ``too_many_segments`` (largest) and ``segment_twice`` (name)."""
    Team.objects.select_for_update().get(pk=team.pk)
    running = list(Segment.objects.of_team(team).running())
    if len(running) >= MOST_SEGMENTS:
        raise PlanError("too_many_segments", largest=MOST_SEGMENTS)
    _check_segment_name(team, name)
    taken = set(Segment.objects.of_team(team).values_list("code", flat=True))
    stem = slugify(name)[:30] or "segment"
    candidates = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    code = next(code for code in candidates if code not in taken)
    segment = Segment.objects.create(team=team, code=code, name=name)
    record_event(team=team, actor=by, kind="segment_added", segment=segment.pk)
    return segment


@transaction.atomic
def change_segment(*, segment: Segment, by: User, name: str) -> None:
    """Raises PlanError ``segment_twice`` (name)."""
    _check_segment_name(segment.team, name, segment)
    segment.name = name
    segment.save(update_fields=["name"])
    record_event(team=segment.team, actor=by, kind="segment_changed", segment=segment.pk)


def _check_segment_name(team: Team, name: str, own: Segment | None = None) -> None:
    same = Segment.objects.of_team(team).running().filter(name=name)
    if (same.exclude(pk=own.pk) if own else same).exists():
        raise PlanError("segment_twice", name=name)


@transaction.atomic
def park_segment(*, segment: Segment, by: User, parked: bool) -> None:
    """Takes a segment out of new plans and of Today, or back in; what was logged stays. The default
    segment always runs. Raises PlanError ``too_many_segments`` (largest) and ``segment_twice`` (name)."""
    if segment.is_default:
        return
    Team.objects.select_for_update().get(pk=segment.team_id)
    if not parked:
        if Segment.objects.of_team(segment.team).running().count() >= MOST_SEGMENTS:
            raise PlanError("too_many_segments", largest=MOST_SEGMENTS)
        _check_segment_name(segment.team, segment.name, segment)
    segment.parked_at = timezone.now() if parked else None
    segment.save(update_fields=["parked_at"])
    kind = "segment_parked" if parked else "segment_back"
    record_event(team=segment.team, actor=by, kind=kind, segment=segment.pk)
