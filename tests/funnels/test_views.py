import pytest
from django.test import Client
from django.urls import reverse

from apps.domain.rates import parse_rate
from apps.funnels.models import Funnel, Kpi, Segment
from apps.funnels.presets import PRESETS
from tests.people import World, make_detail, make_segment, make_signal


def codes(world: World) -> list[str]:
    return [kpi.code for kpi in Kpi.objects.of_team(world.team).running()]


def url(world: World, name: str, code: str = "") -> str:
    args = [world.team.pk, world.kpi(code).pk] if code else [world.team.pk]
    return reverse(f"funnels:{name}", args=args)


def test_presets_carry_a_rate_only_with_a_source() -> None:
    for preset in PRESETS:
        for stage in preset.stages:
            assert bool(stage.rate) == bool(stage.url) == bool(str(stage.source)), (preset.code, stage.code)
            if stage.rate:
                assert parse_rate(stage.rate).value < 1
        assert preset.stages[-1].is_result


def test_funnel_start_offers_presets(world: World, manager: Client) -> None:
    from apps.goals.models import Kgi

    Kgi.objects.filter(team=world.team).delete()
    Funnel.objects.filter(team=world.team).delete()
    page = manager.get(url(world, "funnel")).content.decode()
    assert "Recruiting" in page
    manager.post(url(world, "funnel_start"), {"preset": "recruiting"})
    assert codes(world) == ["scout", "reply", "interview", "offer", "hire"]
    assert "rate: type yours" in manager.get(url(world, "funnel")).content.decode()


def test_funnel_start_twice_or_of_nothing_changes_nothing(world: World, manager: Client) -> None:
    before = codes(world)
    manager.post(url(world, "funnel_start"), {"preset": "recruiting"})
    manager.post(url(world, "funnel_start"), {"preset": "nonsense"})
    assert codes(world) == before


def test_stage_add_comes_before_the_contract(world: World, manager: Client) -> None:
    data = {"name": "提案", "unit": "件", "nature": "action", "rate": "2件に1件"}
    assert manager.post(url(world, "stage_add"), data).status_code == 302
    assert codes(world) == ["call", "appointment", "meeting", "stage", "contract"]
    added = world.kpi("stage")
    assert (added.rate_numerator, added.rate_denominator, added.carries_amount) == (1, 2, False)
    assert world.kpi("contract").carries_amount


@pytest.mark.parametrize("rate", ["0", "20", "abc", "-1%", "1e-40", "0." + "0" * 30 + "1"])
def test_stage_add_refuses_a_rate(world: World, manager: Client, rate: str) -> None:
    data = {"name": "Demo", "nature": "action", "rate": rate}
    answer = manager.post(url(world, "stage_add"), data)
    assert answer.status_code == 422
    assert 'value="Demo"' in answer.content.decode()


def test_stage_add_stops_at_ten(world: World, manager: Client) -> None:
    for number in range(6):
        manager.post(url(world, "stage_add"), {"name": f"Step {number}", "nature": "action"})
    answer = manager.post(url(world, "stage_add"), {"name": "One more", "nature": "action"})
    assert answer.status_code == 422
    assert "10 stages" in answer.content.decode()


def test_stage_edit_renames_and_drops_the_source_with_the_rate(world: World, manager: Client) -> None:
    kpi = world.kpi("contract")
    kpi.rate_source, kpi.rate_source_url = "somewhere", "https://example.com/"
    kpi.save()
    same = {"name": "Deal", "nature": "result", "rate": "20%"}
    manager.post(url(world, "stage_edit", "contract"), same)
    assert world.kpi("contract").rate_source == "somewhere"
    manager.post(url(world, "stage_edit", "contract"), same | {"rate": "25%"})
    changed = world.kpi("contract")
    assert (changed.name, changed.rate_text, changed.rate_source) == ("Deal", "25%", "")


def test_stage_move_and_its_ends(world: World, manager: Client) -> None:
    manager.post(url(world, "stage_move", "meeting"), {"to": "up"})
    assert codes(world) == ["call", "meeting", "appointment", "contract"]
    manager.post(url(world, "stage_move", "call"), {"to": "up"})
    manager.post(url(world, "stage_move", "contract"), {"to": "down"})
    assert codes(world) == ["call", "meeting", "appointment", "contract"]


def test_stage_park_and_back_but_never_the_last(world: World, manager: Client) -> None:
    manager.post(url(world, "stage_park", "contract"))
    assert world.kpi("meeting").carries_amount
    manager.post(url(world, "stage_park", "contract"))
    assert codes(world)[-1] == "contract"
    for code in ("call", "appointment", "meeting", "contract"):
        manager.post(url(world, "stage_park", code))
    assert codes(world) == ["contract"]


# -- signals ---------------------------------------------------------------------------------------


def test_signal_add_stands_beside_its_stage(world: World, manager: Client) -> None:
    data = {"stage": world.kpi("meeting").pk, "name": "ヒアリング完了", "measure": "share"}
    assert manager.post(url(world, "signal_add"), data).status_code == 302
    signal = world.kpi("signal")
    assert (signal.beside, signal.is_share) == (world.kpi("meeting"), True)
    assert codes(world) == ["call", "appointment", "meeting", "contract"]
    assert "ヒアリング完了" in manager.get(url(world, "funnel")).content.decode()


def test_signal_add_refuses_what_is_wrong(world: World, manager: Client) -> None:
    signal = make_signal(world.team)
    for changes in ({"stage": signal.pk}, {"measure": "guess"}, {"name": ""}):
        data = {"stage": world.kpi("meeting").pk, "name": "Questions", "measure": "per_event"} | changes
        assert manager.post(url(world, "signal_add"), data).status_code == 422
    again = {"stage": world.kpi("meeting").pk, "name": signal.name, "measure": "share"}
    assert "already" in manager.post(url(world, "signal_add"), again).content.decode()
    for number in range(4):
        make_signal(world.team, name=f"Signal {number}")
    data = {"stage": world.kpi("meeting").pk, "name": "One more", "measure": "share"}
    answer = manager.post(url(world, "signal_add"), data)
    assert answer.status_code == 422
    assert "5 signals" in answer.content.decode()
    assert 'value="One more"' in answer.content.decode()


def test_signal_edit_and_park(world: World, manager: Client) -> None:
    signal = make_signal(world.team)
    change = reverse("funnels:signal_edit", args=[world.team.pk, signal.pk])
    assert manager.post(change, {"name": "Questions", "measure": "per_event"}).status_code == 302
    assert manager.post(change, {"name": "", "measure": "per_event"}).status_code == 422
    signal.refresh_from_db()
    assert (signal.name, signal.is_share) == ("Questions", False)
    park = reverse("funnels:signal_park", args=[world.team.pk, signal.pk])
    manager.post(park)
    assert not list(Kpi.objects.of_team(world.team).signals())
    manager.post(park)
    assert list(Kpi.objects.of_team(world.team).signals()) == [signal]
    # A stage is no signal, and a signal no stage.
    meeting = world.kpi("meeting").pk
    assert manager.post(reverse("funnels:signal_park", args=[world.team.pk, meeting])).status_code == 404
    assert manager.post(reverse("funnels:stage_park", args=[world.team.pk, signal.pk])).status_code == 404


# -- chains and segments ---------------------------------------------------------------------------


def test_chain_adds_steps_and_keeps_one_rate_onward(world: World, manager: Client) -> None:
    path = url(world, "chain", "call")
    assert manager.post(path, {"name": "Conversation", "rate": "50%", "onward": "2/3"}).status_code == 302
    page = manager.get(path).content.decode()
    assert "The steps multiply to 33.3%, the stage" in page
    assert manager.post(path, {"name": "Ask", "rate": "80%"}).status_code == 302
    first, second = Kpi.objects.of_team(world.team).details()
    assert (first.onward_text, second.onward_text, second.position) == ("", "", 1)
    # What is left of a third after a half and four fifths.
    assert "83.3%" in manager.get(path).content.decode()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "Conversation"}, "a step “Conversation” already"),
        ({"rate": "0%"}, "nothing arrives"),
        ({"rate": ""}, "Type the rate"),
        ({"name": ""}, "required"),
        ({"onward": "x"}, "is not a rate"),
    ],
)
def test_chain_says_what_is_wrong(
    world: World, manager: Client, fields: dict[str, str], message: str
) -> None:
    make_detail(world.team)
    answer = manager.post(url(world, "chain", "call"), {"name": "Ask", "rate": "50%"} | fields)
    assert answer.status_code == 422
    assert message in answer.content.decode()


def test_chain_after_the_last_stage_is_refused(world: World, manager: Client) -> None:
    path = url(world, "chain", "contract")
    assert "comes nothing more" in manager.get(path).content.decode()
    assert manager.post(path, {"name": "Ask", "rate": "50%"}).status_code == 422


def test_a_chain_has_an_end(world: World, manager: Client) -> None:
    links = [make_detail(world.team, name=f"Step {number}") for number in range(5)]
    answer = manager.post(url(world, "chain", "call"), {"name": "One more", "rate": "50%"})
    assert "5 steps at the most" in answer.content.decode()
    park = reverse("funnels:detail_park", args=[world.team.pk, links[0].pk])
    manager.post(park)
    make_detail(world.team, name="One more")
    assert "5 steps at the most" in manager.post(park, follow=True).content.decode()


def test_detail_edit_changes_a_link(world: World, manager: Client) -> None:
    first, last = make_detail(world.team), make_detail(world.team, name="Ask")
    for link in (first, last):
        path = reverse("funnels:detail_edit", args=[world.team.pk, link.pk])
        manager.post(path, {"name": f"{link.name} now", "rate": "40%", "onward": "30%"})
        link.refresh_from_db()
    # Only the last link leads on.
    assert (first.name, first.rate_text, first.onward_text) == ("Conversation now", "40%", "")
    assert (last.rate_text, last.onward_text) == ("40%", "30%")


def test_a_share_of_more_than_all_is_refused(world: World, manager: Client) -> None:
    body = {"name": "Hearing", "measure": "share", "stage": world.kpi("meeting").pk, "target": "150%"}
    answer = manager.post(url(world, "signal_add"), body)
    assert answer.status_code == 422
    assert "more than all" in answer.content.decode()
    assert manager.post(url(world, "signal_add"), body | {"target": "60%"}).status_code == 302
    per_event = {"name": "Questions", "measure": "per_event", "target": "2 per event"}
    signal = make_signal(world.team, name="Questions")
    path = reverse("funnels:signal_edit", args=[world.team.pk, signal.pk])
    assert manager.post(path, per_event).status_code == 302
    signal.refresh_from_db()
    assert signal.target == 2


def test_segments_are_added_renamed_and_parked(world: World, manager: Client) -> None:
    assert manager.post(url(world, "segment_add"), {"name": "Existing"}).status_code == 302
    segment = Segment.objects.get(name="Existing")
    assert segment.code == "existing"
    answer = manager.post(url(world, "segment_add"), {"name": "Existing"})
    assert answer.status_code == 422
    assert "already" in answer.content.decode()
    edit = reverse("funnels:segment_edit", args=[world.team.pk, segment.pk])
    manager.post(edit, {"name": "Partners"})
    park = reverse("funnels:segment_park", args=[world.team.pk, segment.pk])
    manager.post(park)
    segment.refresh_from_db()
    assert segment.name == "Partners"
    assert segment.parked_at
    manager.post(park)
    assert Segment.objects.of_team(world.team).running().count() == 2


def test_the_default_segment_always_runs(world: World, manager: Client) -> None:
    default = Segment.objects.get(team=world.team, is_default=True)
    manager.post(reverse("funnels:segment_park", args=[world.team.pk, default.pk]))
    default.refresh_from_db()
    assert default.parked_at is None


def test_a_team_has_six_segments_at_the_most(world: World, manager: Client) -> None:
    for number in range(5):
        make_segment(world.team, f"Segment {number}")
    answer = manager.post(url(world, "segment_add"), {"name": "One more"})
    assert "6 segments at the most" in answer.content.decode()


def test_stage_edit_keeps_minutes_and_lead_time(world: World, manager: Client) -> None:
    body = {"name": "Call", "nature": "action", "minutes": 6, "block": "morning", "lead_days": 3}
    assert manager.post(url(world, "stage_edit", "call"), body).status_code == 302
    call = world.kpi("call")
    assert (call.minutes, call.block, call.lead_days) == (6, "morning", 3)
    for wrong in ({"minutes": 0}, {"block": "night"}, {"lead_days": -1}, {"lead_days": 1000}):
        assert manager.post(url(world, "stage_edit", "call"), body | wrong).status_code == 422
