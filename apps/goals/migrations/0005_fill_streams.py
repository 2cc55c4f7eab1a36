from typing import Any

from django.db import migrations


def fill(apps: Any, _editor: object) -> None:
    """What was one stream per plan becomes the stream of the default segment."""
    plan_model = apps.get_model("goals", "Plan")
    stream_model = apps.get_model("goals", "PlanStream")
    share_model = apps.get_model("goals", "PlanShare")
    segment_model = apps.get_model("funnels", "Segment")
    for segment in segment_model.objects.filter(is_default=True):
        plans = plan_model.objects.filter(kgi__team_id=segment.team_id, streams=None)
        stream_model.objects.bulk_create(
            stream_model(plan=plan, segment=segment, goal=plan.goal, unit_price=plan.unit_price)
            for plan in plans
        )
        share_model.objects.filter(plan__kgi__team_id=segment.team_id).update(segment=segment)


class Migration(migrations.Migration):
    dependencies = [("goals", "0004_streams")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
