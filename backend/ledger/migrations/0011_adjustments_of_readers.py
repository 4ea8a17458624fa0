from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_day_figures")]

    operations = [
        migrations.RemoveConstraint("adjustment", "nobody_adjusts_for_oneself"),
        migrations.RemoveIndex("adjustment", "adjustments_of_a_client"),
        migrations.RenameField("adjustment", "client", "person"),
        migrations.AddConstraint(
            "adjustment",
            models.CheckConstraint(
                condition=~Q(requested_by=F("person")), name="nobody_adjusts_for_oneself"
            ),
        ),
        migrations.AddIndex(
            "adjustment",
            models.Index(fields=["person", "-id"], name="adjustments_of_a_person"),
        ),
    ]
