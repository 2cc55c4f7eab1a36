"""Funnels to start from. A rate stands here only with the source that published it; of a published
range the lower end is taken, so that a plan errs on the side of enough."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class PresetStage:
    code: str
    name: Promise
    unit: Promise
    is_result: bool = False
    rate: str = ""
    source: Promise | str = ""
    url: str = ""


@dataclass(frozen=True)
class Preset:
    code: str
    name: Promise
    stages: tuple[PresetStage, ...]


CASES = _("cases")
PEOPLE = _("people")

WSF = "https://wsf-is.com/?p=6591"
REVOLVER = "https://www.revolver-sales.net/"
SS_CONSUL = "https://ss-consul.co.jp/?p=3184"

MEETING = PresetStage(
    "meeting",
    _("Meeting"),
    CASES,
    rate="70%",
    source=_("70 to 90%, lower end, revolver-sales.net"),
    url=REVOLVER,
)
PROPOSAL = PresetStage(
    "proposal", _("Proposal"), CASES, rate="50%", source=_("50 %, ss-consul.co.jp"), url=SS_CONSUL
)
CONTRACT = PresetStage(
    "contract", _("Contract"), CASES, True, rate="30%", source=_("30 %, ss-consul.co.jp"), url=SS_CONSUL
)

PRESETS = (
    Preset(
        "telephone",
        _("Telephone sales"),
        (
            PresetStage("call", _("Call"), CASES),
            PresetStage(
                "appointment",
                _("Appointment"),
                CASES,
                rate="0.5%",
                source=_("0.5 to 2%, lower end, of cold calls, wsf-is.com"),
                url=WSF,
            ),
            MEETING,
            PROPOSAL,
            CONTRACT,
        ),
    ),
    Preset(
        "inbound",
        _("Inbound"),
        (
            PresetStage("inquiry", _("Inquiry"), CASES),
            PresetStage(
                "meeting",
                _("Meeting"),
                CASES,
                rate="20%",
                source=_("20 to 30%, lower end, of inquiries, ss-consul.co.jp"),
                url=SS_CONSUL,
            ),
            PROPOSAL,
            CONTRACT,
        ),
    ),
    Preset(
        "insurance",
        _("Insurance visits"),
        (
            PresetStage("visit", _("Visit"), CASES),
            PresetStage("interview", _("Needs interview"), CASES),
            PresetStage("design", _("Policy proposal"), CASES),
            PresetStage("contract", _("Contract"), CASES, True),
        ),
    ),
    Preset(
        "property",
        _("Property"),
        (
            PresetStage("inquiry", _("Inquiry"), CASES),
            PresetStage("viewing", _("Viewing"), CASES),
            PresetStage("application", _("Application"), CASES),
            PresetStage("contract", _("Contract"), CASES, True),
        ),
    ),
    Preset(
        "recruiting",
        _("Recruiting"),
        (
            PresetStage("scout", _("Scout message"), CASES),
            PresetStage("reply", _("Reply"), PEOPLE),
            PresetStage("interview", _("Interview"), PEOPLE),
            PresetStage("offer", _("Offer"), PEOPLE),
            PresetStage("hire", _("Hire"), PEOPLE, True),
        ),
    ),
)
BY_CODE = {preset.code: preset for preset in PRESETS}
