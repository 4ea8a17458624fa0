"""A year of business in a few minutes, to look at pages and to measure them at size.

Set by set in SQL, with the ledger's own rows included, so that the audit proves what was
seeded like what was earned. Never for a database that anybody uses.
"""

from admin_portal.seeding.year import Seeded, seed

__all__ = ["Seeded", "seed"]
