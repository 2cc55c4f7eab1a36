from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.home.method import (
    GOAL,
    ODD_CONTRACTS,
    PRICE,
    example_aims,
    example_evidence,
    example_goals,
    example_rounding,
    example_tree,
)
from apps.home.terms import TERMS


@require_safe
def method(request: SignedInRequest) -> HttpResponse:
    """What each idea is for, with examples that are computed and judged as everybody's numbers are."""
    tree, steps = example_tree()
    objective, results = example_goals()
    context = {
        "goal": GOAL,
        "price": PRICE,
        "tree": tree,
        "steps": steps,
        "odd": example_rounding(),
        "odd_contracts": ODD_CONTRACTS,
        "objective": objective,
        "results": results,
        "aims": example_aims(),
        "evidence": example_evidence(),
        "terms": TERMS,
    }
    return render(request, "home/method.html", context)
