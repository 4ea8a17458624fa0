"""What the database refuses by itself, and how it stores the busy rows."""

from __future__ import annotations

from django.db import migrations

# TRUNCATE is let through only where the setting soulseer.tests is on: a test database.
GUARD = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('soulseer.tests', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% refused: % only grows', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER a_movement_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_movement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER a_transfer_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER a_pot_never_goes BEFORE DELETE OR TRUNCATE ON ledger_pot
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
UNGUARD = """
DROP TRIGGER a_pot_never_goes ON ledger_pot;
DROP TRIGGER a_transfer_never_changes ON ledger_transfer;
DROP TRIGGER a_movement_never_changes ON ledger_movement;
DROP FUNCTION ledger_refuse_change();
"""

# Room on each page keeps the counters' updates in place (HOT), without touching an index.
STORAGE = """
ALTER TABLE ledger_pot SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
ALTER SEQUENCE ledger_transfer_seq OWNED BY ledger_transfer.seq;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
