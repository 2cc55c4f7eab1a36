from django.utils.translation import gettext as _

from apps.domain.diagnosis import DAYS, PRICE, VOLUME
from apps.progress.causes import Cause


def cause_name(cause: Cause) -> str:
    if cause.factor == PRICE:
        return _("Price")
    if cause.factor == DAYS:
        return _("Days worked")
    if cause.factor == VOLUME and cause.kpi:
        return _("%(stage)s on a day worked") % {"stage": cause.kpi.name}
    assert cause.before
    assert cause.kpi
    return f"{cause.before.name} → {cause.kpi.name}"
