from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class WebConfig(AppConfig):
    name = "apps.web"

    def ready(self) -> None:
        from apps.web import mark_triggers

        pre_migrate.connect(mark_triggers.before_migrating, sender=self)
        post_migrate.connect(mark_triggers.after_migrating, sender=self)
