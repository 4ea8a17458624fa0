"""Live rooms: a reader's picture to many viewers, the chat beside it, and gifts.

Laid out like an app inside the app: doors, services, selectors, pure states.
"""
