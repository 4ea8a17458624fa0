"""Automated readers that use only the public API: somebody is there after ``make run``.

The same people are the load of tests and benches.
"""
