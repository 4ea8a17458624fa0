"""What can stand between a client and a reader. Codes are stable."""

from __future__ import annotations

from backend.core.errors import Conflict, InvalidInput, Refused


class ReaderOffline(Conflict):
    """The reader is not online for that kind now."""

    code, title = "reader_offline", "This reader is not online for that now"


class ReaderBusy(Conflict):
    """The reader is in another reading."""

    code, title = "reader_busy", "This reader is in a reading"


class KindNotOffered(Refused):
    """The reader has no rate for that kind."""

    code, title = "kind_not_offered", "This reader does not offer that kind"


class UnusablePhoto(InvalidInput):
    """The file is no picture that we can take."""

    code, title = "unusable_photo", "This picture cannot be used"
