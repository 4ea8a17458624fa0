"""The embedded live-stream engine: a process that forwards one host to many viewers (WHIP, WHEP).

It imports nothing of the product. ``manage.py live_engine`` hands it one frozen ``Config``.
"""
