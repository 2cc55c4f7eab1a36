"""The sample team with every level in use, so that the pages are walked with all that they can show."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from apps.accounts.models import Membership, Team, User
from apps.activity.reflections import add_next_step, save_reflection
from apps.calendars.queries import today_in
from apps.domain.periods import month_of
from apps.domain.rates import parse_rate
from apps.funnels.models import Kpi, Segment
from apps.funnels.services import add_detail, add_segment, change_segment
from apps.goals.agreements import Kind, take_step
from apps.goals.drafts import Draft, Form, Grade, Stream, draft_of, split_of
from apps.goals.history import load_history
from apps.goals.models import Kgi
from apps.goals.rates import own_rates_of_all
from apps.goals.services import latest_plan, next_change, revise_plan
from apps.growth.models import Practice
from apps.growth.presets import preset_of
from apps.growth.services import log_drill, save_practice
from apps.growth.starts import steps_of
from apps.reviews.models import Review
from apps.reviews.services import SAID, add_action, save_words
from apps.setup.sample import make_sample


def make_everything() -> None:
    team = make_sample(language="ja")
    manager = User.objects.get(memberships__team=team, memberships__role="manager")
    kpis = list(Kpi.objects.of_team(team).running())
    add_detail(stage=kpis[0], by=manager, name="会話", unit="件", rate=parse_rate("60%"), onward=None)
    add_detail(
        stage=kpis[0], by=manager, name="打診", unit="件", rate=parse_rate("70%"), onward=parse_rate("70%")
    )
    new = Segment.objects.get(team=team, is_default=True)
    change_segment(segment=new, by=manager, name="新規")
    existing = add_segment(team=team, by=manager, name="既存")
    kgi = Kgi.objects.of_team(team).order_by("start").last()
    assert kgi
    last = latest_plan(kgi)
    member = last.shares.order_by("member__position")[0].member
    take_step(
        kgi=kgi, member=member, by=member.user, kind=Kind.COUNTERED, seen=1, reason="休暇が2週間あります"
    )
    draft = _draft(draft_of(last), existing, kpis)
    split = split_of(last)
    members = [share.member for share in last.shares.select_related("member")]
    both = {(one.pk, segment.pk): 1 for one in members for segment in (new, existing)}
    own = own_rates_of_all(draft, split, load_history(team, today_in(team)), members)
    revise_plan(
        kgi=kgi,
        by=manager,
        valid_from=min(next_change(kgi, last, today_in(team)), kgi.end),
        draft=draft,
        seen=last.number,
        split=replace(split, weights=both, rates=own),
    )

    make_meetings(team, manager, members[0])


# The ids are said, so that the walk over the pages knows them.
OPEN, START, MIDDLE, END = 101, 102, 103, 104


def make_meetings(team: Team, manager: User, rep: Membership) -> None:
    """An open meeting of each kind, with something decided in it, and a rep's day with an evening."""
    today = today_in(team)
    month = month_of(today)
    Review.objects.filter(team=team, day=today).delete()
    for pk, kind in zip((OPEN, START, MIDDLE, END), Review.Kind, strict=True):
        Review.objects.create(
            pk=pk, team=team, kind=kind, day=today, start=month[0], end=month[1], opened_by=manager
        )
    review = Review.objects.get(pk=OPEN)
    review.team = team
    add_action(review=review, by=manager, begins=today, text="10時前に架電する", owner=rep, due=today)
    add_action(review=review, by=manager, begins=today, text="見積は当日中に送る")
    save_words(
        review=review, member=rep, side="rep", by=rep.user, said=dict.fromkeys(SAID, "よかったです"), seen=0
    )
    save_reflection(rep, today, {"causes": ["not_reached"], "first": "山田様に電話", "ticks": [0]})
    yesterday = today - timedelta(days=1)
    save_reflection(rep, yesterday, {"first": "資料を送る", "words": "会議が続いた"})
    _begin_practice(rep, today)
    meeting = Kpi.objects.get(funnel__team=team, code="meeting")
    add_next_step(pk=uuid4(), member=rep, kpi=meeting, text="見積書を送る", due=today)


def _begin_practice(rep: Membership, today: date) -> None:
    """So that Today shows drills, one of them done."""
    kpi = Kpi.objects.get(funnel__team=rep.team, code="hearing")
    practice = Practice(team=rep.team, member=rep, kpi=kpi, start=today, end=today + timedelta(days=27))
    practice.vague, practice.aim = "商談をよくしたい", "お客様が課題を口にするまで深く聞く"
    preset = preset_of("hearing")
    assert preset
    save_practice(practice=practice, drills=steps_of(preset), by=rep.user)
    log_drill(drill=practice.drills.order_by("position")[0], day=today, by=rep.user)


def _draft(draft: Draft, existing: Segment, kpis: list[Kpi]) -> Draft:
    stream = draft.streams[0]
    rates = [None, parse_rate("50%"), parse_rate("80%"), parse_rate("1/3")]
    return replace(
        draft,
        streams=[
            replace(stream, grades=[Grade("A", kpis[2].pk, 4, 80), Grade("B", kpis[1].pk, 6, 50)]),
            Stream(existing, 600_000, 60_000, rates),
        ],
        form=Form(Decimal(5), ["30", "30", "20", "20"], [100] * 12, True),
        reason="既存顧客の目標を加えました",
    )
