"""One person's months on one page, for the two of a 1-on-1."""

from datetime import date, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.domain.before_after import Cases
from apps.growth.models import Practice
from apps.reviews.growth import load_courses
from apps.reviews.services import save_words
from tests.access_objects import decided_plan
from tests.counting import counted_queries
from tests.people import CANARY, START, TODAY, World, log, make_practice, make_signal
from tests.reviews.meetings import make_review

MAY, APRIL = date(2026, 5, 11), date(2026, 4, 13)


def page_of(world: World) -> str:
    return reverse("reviews:growth", args=[world.team.pk, world.ren.pk])


def test_courses_begin_with_the_first_counted_month_and_mark_what_happened(world: World) -> None:
    make_signal(world.team)
    for day, calls, appointments in ((APRIL, 40, 10), (MAY, 50, 20), (TODAY, 30, 15)):
        log(world.ren, "call", calls, day)
        log(world.ren, "appointment", appointments, day)
        log(world.rika, "call", 500, day)
    practice = make_practice(world.ren, "appointment")
    decided_plan(make_review(world))
    world.ren.team = world.team
    with translation.override("en"):
        courses = {course.kpi.code: course for course in load_courses(world.ren, [practice], TODAY)}
    assert courses["appointment"].months == [
        (date(2026, 4, 1), Cases(10, 40)),
        (date(2026, 5, 1), Cases(20, 50)),
        (date(2026, 6, 1), Cases(15, 30)),
    ]
    assert [(mark.day, mark.label) for mark in courses["appointment"].marks] == [
        (TODAY + timedelta(days=1), "plan 30%"),
        (START, "practice"),
    ]
    # Meetings came from nothing, and so did their signal.
    assert set(courses) == {"appointment", "meeting"}


def test_the_page_joins_practices_rates_and_words(world: World, manager: Client, rep: Client) -> None:
    make_practice(world.ren, aim="Ask more")
    log(world.ren, "call", 30, MAY)
    log(world.ren, "appointment", 12, MAY)
    review = make_review(world)
    said = {"well": "Mornings", "hard": "", "learned": "Silence helps", "support": ""}
    save_words(review=review, member=world.ren, side="rep", by=world.rep, said=said, seen=0)
    for client in (manager, rep):
        page = client.get(page_of(world)).content.decode()
        assert "Ask more" in page
        assert "12 of 30" in page
        assert "Silence helps" in page


def test_the_page_of_a_fresh_member_says_what_to_do(world: World, rep: Client) -> None:
    page = rep.get(page_of(world)).content.decode()
    assert "One thing at a time, four weeks each, is enough." in page
    assert "Nothing was counted in the last six months." in page
    assert "No words yet." in page


def test_the_page_is_for_the_two_alone(world: World) -> None:
    make_practice(world.ren, aim=f"Ask more {CANARY}")
    world.team.visibility = "open"
    world.team.save()
    for person in (world.colleague, world.viewer):
        client = Client()
        client.force_login(person)
        answer = client.get(page_of(world))
        assert answer.status_code == 404
        assert CANARY not in answer.content.decode()


def test_queries_do_not_grow_with_months_and_practices(world: World, rep: Client) -> None:
    log(world.ren, "call", 30, MAY)
    make_practice(world.ren)

    def count() -> int:
        with counted_queries() as caught:
            rep.get(page_of(world))
        return len(caught)

    count()
    before = count()
    for number in range(4):
        make_practice(world.ren, start=START - timedelta(days=30 * number), end=START)
        log(world.ren, "call", 30, APRIL - timedelta(days=number))
    assert Practice.objects.count() == 5
    assert count() == before
