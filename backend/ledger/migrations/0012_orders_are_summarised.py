import django.contrib.postgres.indexes
from django.db import migrations

_BOTH = (
    ("movement", "at", "movement_by_time"),
    ("transfer", "seq", "transfers_by_order"),
)


def _changed(model: str, field: str, name: str) -> migrations.SeparateDatabaseAndState:
    """Let the server summarise new pages by itself; the index is not built again."""
    index = django.contrib.postgres.indexes.BrinIndex(fields=[field], name=name, autosummarize=True)
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"ALTER INDEX {name} SET (autosummarize = on)",
                f"ALTER INDEX {name} RESET (autosummarize)",
            )
        ],
        state_operations=[
            migrations.RemoveIndex(model_name=model, name=name),
            migrations.AddIndex(model_name=model, index=index),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0011_adjustments_of_readers")]

    operations = [_changed(*one) for one in _BOTH]
