"""People, what they are to each other, and what staff did; one module for each subject."""

from backend.accounts.models.audit import AuditEntry
from backend.accounts.models.people import Block, Invitation, Role, User, Users
from backend.accounts.models.traces import Trace

__all__ = ["AuditEntry", "Block", "Invitation", "Role", "Trace", "User", "Users"]
