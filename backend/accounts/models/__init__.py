"""People, what they are to each other, what they ask of us, and what staff did."""

from backend.accounts.models.audit import AuditEntry
from backend.accounts.models.features import FeatureSwitch
from backend.accounts.models.limits import Exclusion, OwnLimit, SpendLimit
from backend.accounts.models.people import Block, Invitation, Role, User, Users
from backend.accounts.models.privacy import Consent, Erasure, Export
from backend.accounts.models.reports import Report, ReportState
from backend.accounts.models.traces import Trace

__all__ = [
    "AuditEntry",
    "Block",
    "Consent",
    "Erasure",
    "Exclusion",
    "Export",
    "FeatureSwitch",
    "Invitation",
    "OwnLimit",
    "Report",
    "ReportState",
    "Role",
    "SpendLimit",
    "Trace",
    "User",
    "Users",
]
