"""Leave room on each page: a live reading is written every minute, next to where it was."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("live", "0001_first")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE live_readingsession SET (fillfactor = 60)",
            "ALTER TABLE live_readingsession RESET (fillfactor)",
        )
    ]
