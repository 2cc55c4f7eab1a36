"""Finding people, goals and pages by what one remembers of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain, islice

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from apps.accounts.access import Access
from apps.accounts.models import LANGUAGES, Membership, Role, Team
from apps.domain.folding import folded, holds, wanted_parts
from apps.domain.money import money_text
from apps.funnels.models import Kpi
from apps.goals.models import Kgi, Plan
from apps.growth.models import Practice
from apps.okrs.models import KeyResult, Objective

LONGEST = 100
MOST = 20


@dataclass(frozen=True)
class Found:
    title: str
    about: str
    url: str


@dataclass(frozen=True)
class Findings:
    people: Sequence[Found]
    goals: Sequence[Found]
    pages: Sequence[Found]

    @property
    def size(self) -> int:
        return len(self.people) + len(self.goals) + len(self.pages)

    @property
    def is_empty(self) -> bool:
        return self.size == 0


# Page of a team, its name, what people may call it, and whether only its editors see it.
PAGES = (
    ("progress:team", gettext_lazy("Progress"), "actual numbers dashboard 実績 進捗 予実", False),
    ("goals:plan_list", gettext_lazy("Plan"), "kgi target goal 計画 目標 数字", False),
    ("goals:higher_goals", gettext_lazy("Year and quarter"), "fiscal half 年度 上期 下期 四半期", False),
    ("okrs:objective_list", gettext_lazy("Objectives"), "okr key result smart 目標", False),
    ("okrs:focus", gettext_lazy("Where to put the KPI"), "focus lever 集中 注力 効果", False),
    ("okrs:goal_check", gettext_lazy("Check a sentence"), "smart 具体的 点検", False),
    ("growth:practice_list", gettext_lazy("Practice"), "drill habit training 練習 習慣 行動", False),
    ("reviews:review_list", gettext_lazy("Reviews"), "meeting monday 1on1 会議 振り返り 週次", False),
    ("progress:rates", gettext_lazy("Measured rates"), "conversion 係数 率 転換", False),
    ("accounts:people", gettext_lazy("Members"), "team people 社員 部下 担当者", False),
    ("funnels:funnel", gettext_lazy("Funnel"), "stages kpi 段階 商談 案件", False),
    ("calendars:calendar", gettext_lazy("Calendar"), "holiday leave vacation 休日 休暇 有給 営業日", False),
    ("exchange:data", gettext_lazy("Data"), "import export csv excel 取り込み 書き出し", False),
    ("notices:wishes", gettext_lazy("Notices"), "mail reminder feed 通知 メール", False),
    ("connections:team", gettext_lazy("Connections"), "api webhook token crm 連携", True),
    ("company:team_log", pgettext_lazy("tab", "Log"), "audit history 監査 履歴 変更", True),
    ("accounts:team_edit", gettext_lazy("Settings"), "visibility name 設定 公開", True),
    ("notices:channel", gettext_lazy("The team's chat"), "slack teams mattermost チャット", True),
    ("setup:path", gettext_lazy("Guided plan"), "start tour はじめかた 手順", True),
)
ANYWHERE = (
    ("accounts:profile", gettext_lazy("Profile"), "language name time zone colour 言語 名前 色"),
    ("account_change_password", gettext_lazy("Change the password"), "password パスワード 暗証"),
    ("mfa_index", gettext_lazy("Second step"), "two factor totp passkey 認証 2段階 パスキー"),
    ("accounts:sign_ins", gettext_lazy("Where you are signed in"), "session device 端末 ログイン"),
    ("connections:tokens", gettext_lazy("API tokens"), "api key トークン"),
    ("home:method", gettext_lazy("The method"), "help glossary backcast 使い方 用語 逆算"),
)


def search(access: Access, query: str) -> Findings:
    parts = wanted_parts(query[:LONGEST])
    if not parts:
        return Findings([], [], [])
    return Findings(_people(access, parts), _goals(access, parts), _pages(access, parts))


def _people(access: Access, parts: list[str]) -> list[Found]:
    """Everybody in one's teams; compared here, as no database folds kana and width alike."""
    teams = Team.objects.visible_to(access.user)
    rows = (
        Membership.objects.active()
        .filter(team__in=teams)
        .values_list("pk", "team_id", "user__name", "user__reading", "user__email")
    )
    edited = _edited_teams(access)
    found = [row for row in rows if _is_meant(row, parts, knows_address=row[1] in edited)]
    # In the team that one is in first, then by name.
    found.sort(key=lambda row: (row[1] != access.team.pk, row[2], row[0]))
    return _with_links(access, found[:MOST], edited)


def _is_meant(row: tuple[int, int, str, str, str], parts: list[str], *, knows_address: bool) -> bool:
    """By name and reading; by the address only for those to whom the page of members shows it."""
    fields = [folded(text) for text in (row[2], row[3], row[4] if knows_address else "")]
    return all(any(part in field for field in fields) for part in parts)


def _edited_teams(access: Access) -> set[int]:
    mine = Q(memberships__user=access.user, memberships__role=Role.MANAGER, memberships__ended_at=None)
    found = Team.objects.filter(mine | Q(organization__owners=access.user))
    return set(found.values_list("pk", flat=True))


def _with_links(
    access: Access, rows: Sequence[tuple[int, int, str, str, str]], edited: set[int]
) -> list[Found]:
    names = dict(Team.objects.filter(pk__in=[row[1] for row in rows]).values_list("pk", "name"))
    here = {row[0] for row in rows if row[1] == access.team.pk}
    open_here = set(access.members().filter(pk__in=here).values_list("pk", flat=True)) if here else set()
    return [
        Found(
            name,
            names[team],
            reverse("progress:rep", args=[team, pk])
            if pk in open_here or team in edited
            else reverse("accounts:people", args=[team]),
        )
        for pk, team, name, _reading, _email in rows
    ]


def _goals(access: Access, parts: list[str]) -> list[Found]:
    goals = (_plans(access), _stages(access), _objectives(access), _key_results(access), _practices(access))
    found = chain.from_iterable(goals)
    return list(islice((one for one in found if holds(f"{one.title} {one.about}", parts)), MOST))


def _objectives(access: Access) -> Iterable[Found]:
    team = access.team.pk
    rows = Objective.objects.visible_to(access).order_by("-start", "pk")
    for pk, text, name in rows.values_list("pk", "text", "member__user__name"):
        yield Found(text, _about(gettext("Objective"), name), reverse("okrs:objective", args=[team, pk]))


def _key_results(access: Access) -> Iterable[Found]:
    team = access.team.pk
    rows = KeyResult.objects.visible_to(access).order_by("-objective__start", "pk")
    for objective, text, name in rows.values_list("objective_id", "text", "member__user__name"):
        url = reverse("okrs:objective", args=[team, objective])
        yield Found(text, _about(gettext("Key result"), name), url)


def _practices(access: Access) -> Iterable[Found]:
    team = access.team.pk
    rows = Practice.objects.visible_to(access).order_by("-pk")
    for pk, aim, vague, name in rows.values_list("pk", "aim", "vague", "member__user__name"):
        url = reverse("growth:practice", args=[team, pk])
        yield Found(aim or vague, _about(gettext("Practice"), name), url)


def _plans(access: Access) -> Iterable[Found]:
    team = access.team.pk
    currency = access.team.organization.currency
    newest = Plan.objects.filter(kgi=OuterRef("pk")).order_by("-number").values("goal")[:1]
    rows = Kgi.objects.of_team(access.team).running().annotate(goal=Subquery(newest)).order_by("-start")
    for pk, start, end, counts, goal in rows.values_list("pk", "start", "end", "counts", "goal"):
        amount = f"{goal:,}" if counts == Kgi.Counts.CONTRACTS else money_text(goal or 0, currency)
        url = reverse("goals:plan", args=[team, pk])
        yield Found(_days(start, end), _about(gettext("Plan"), amount), url)


def _stages(access: Access) -> Iterable[Found]:
    url = reverse("funnels:funnel", args=[access.team.pk])
    for name in (
        Kpi.objects.of_team(access.team).running().order_by("position").values_list("name", flat=True)
    ):
        yield Found(name, gettext("Stage"), url)


def _days(start: date, end: date) -> str:
    return f"{start:%Y-%m-%d} – {end:%Y-%m-%d}"


def _about(kind: str, name: str | None) -> str:
    return f"{kind} · {name}" if name else kind


def _pages(access: Access, parts: list[str]) -> list[Found]:
    """By their names in every language, and by what people call them."""
    of_team = [
        Found(str(name), access.team.name, reverse(url, args=[access.team.pk]))
        for url, name, words, for_editors in PAGES
        if (access.can_edit or not for_editors) and _is_called(name, words, parts)
    ]
    return of_team + [
        Found(str(name), "", reverse(url)) for url, name, words in ANYWHERE if _is_called(name, words, parts)
    ]


def _is_called(name: Promise, words: str, parts: list[str]) -> bool:
    inside = _calls(name, words)
    return all(part in inside for part in parts)


@cache
def _calls(name: Promise, words: str) -> str:
    names = []
    for language, _spoken in LANGUAGES:
        with translation.override(language):
            names.append(folded(str(name)))
    return " ".join((*names, *(folded(word) for word in words.split())))
