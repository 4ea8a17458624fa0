"""What happened in a reading, on one axis of time, sealed so that a change shows.

``gathering.timeline_of`` reads it, ``services.chains`` seals it when a case opens, and the staff
page, the API and both exports show the sealed rows.
"""
