"""Who is there: clients, readers with profiles, and three admins."""

from __future__ import annotations

from typing import Final

from admin_portal.seeding.rows import insert
from backend.accounts.models import AuditEntry, User
from readers.models import ReaderProfile

# An id as UUIDv7 would give it at that instant: the lists read in its order.
ID_AT: Final = """
CREATE FUNCTION pg_temp.id_at(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid
$$
"""
_SEEDED: Final = """
CREATE TEMP TABLE seed_person AS
SELECT role, n, joined_at, pg_temp.id_at(joined_at) AS id FROM (
    SELECT 'client' AS role, n,
        %(begin)s::timestamptz - interval '1 year' + n * (interval '1 year' / %(clients)s)
            AS joined_at
    FROM generate_series(1, %(clients)s) AS n
    UNION ALL
    SELECT 'reader', n, %(begin)s::timestamptz - interval '400 days' + n * interval '1 hour'
    FROM generate_series(1, %(readers)s) AS n
    UNION ALL
    SELECT 'admin', n, %(begin)s::timestamptz - interval '500 days' + n * interval '1 hour'
    FROM generate_series(1, 3) AS n
) AS people
"""
_FIRST: Final = "'{Ada,Bruno,Chiara,Dag,Elif,Farid,Greta,Hana,Ivo,June,Kofi,Lena,Milo}'::text[]"
_LAST: Final = "'{Abbott,Brandt,Conti,Dahl,Eriksen,Fontaine,Grau,Hale,Iwata,Jansen,Kaya}'::text[]"


def statements() -> list[str]:
    """In this order; they read ``begin``, ``clients`` and ``readers``."""
    users = insert(
        User,
        {
            "id": "id",
            "password": "'!'",
            "email": "role || n || '@seeded.test'",
            "display_name": f"({_FIRST})[1 + n %% 13] || ' ' || ({_LAST})[1 + n / 13 %% 11]",
            "role": "role",
            "is_staff": "role = 'admin'",
            "is_superuser": "role = 'admin'",
            "date_joined": "joined_at",
        },
        "seed_person ORDER BY joined_at",
    )
    profiles = insert(
        ReaderProfile,
        {
            "user_id": "id",
            "slug": "'seeded-' || n",
            "headline": "'The cards know what you ask, number ' || n",
            "rate_chat_cents": "99 + n",
            "rate_voice_cents": "199 + n",
            "rate_video_cents": "299 + n",
            "created_at": "joined_at",
            "updated_at": "joined_at",
            "published_at": "joined_at",
        },
        "seed_person WHERE role = 'reader' ORDER BY n",
    )
    return [ID_AT, _SEEDED, users, profiles]


def acts() -> str:
    """One line of the audit log for every tenth reading, by the three admins in turn."""
    return insert(
        AuditEntry,
        {
            "id": "pg_temp.id_at(s.ended_at)",
            "at": "s.ended_at",
            "actor_id": "a.id",
            "act": "CASE s.n %% 4 WHEN 0 THEN 'account.freeze' WHEN 1 THEN 'account.thaw' "
            "WHEN 2 THEN 'event.replay' ELSE 'adjustment.request' END",
            "about": "'user:' || s.client_id",
            "reason": "'Seeded'",
        },
        "seed_session s JOIN seed_person a ON a.role = 'admin' AND a.n = 1 + s.n %% 3 "
        "WHERE s.n %% 10 = 0 ORDER BY s.ended_at",
    )
