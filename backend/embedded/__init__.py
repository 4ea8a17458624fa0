"""PostgreSQL and Valkey as child processes, for development and tests.

Stands alone: nothing of Django and nothing of the product is imported here. Production
never runs it, because ``DATABASE_URL`` and ``REDIS_URL`` override each half.
"""
