"""Photos: whatever comes in is decoded and drawn anew, so that nothing else travels along."""

from __future__ import annotations

import io
import threading
import warnings
from datetime import datetime
from typing import IO, Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from backend.core.errors import NotFound
from readers.errors import UnusablePhoto
from readers.models import ReaderProfile

BYTES_MAX: Final = 5 * 1024 * 1024
PIXELS_MAX: Final = 40_000_000
# A few kilobytes of PNG or WebP may stand for any picture, which is decoded whole at 4 bytes a
# pixel, several times over. A JPEG is decoded at an eighth of its size where that is enough.
PIXELS_WHOLE_MAX: Final = 16_000_000
SIDE_MIN: Final = 200
SIDE: Final = 640
FORMATS: Final = ("JPEG", "PNG", "WEBP")
_ONE_AT_A_TIME: Final = threading.Lock()


def set_photo(*, reader_id: UUID, upload: IO[bytes], at: datetime) -> ReaderProfile:
    """Take a picture as the reader's portrait: a 640 px square WebP without metadata.

    :raises UnusablePhoto: larger than 5 MiB or 40 megapixels (16 unless it is a JPEG), smaller
        than 200 px, animated, or no JPEG, PNG or WebP.
    :raises NotFound: no such profile.
    """
    portrait = drawn_anew(upload)  # outside the transaction: decoding takes a while
    with transaction.atomic():
        profile = ReaderProfile.objects.select_for_update().filter(pk=reader_id).first()
        if profile is None:
            raise NotFound("There is no reader profile for this account.")
        old = profile.photo.name
        profile.photo.save("portrait.webp", ContentFile(portrait), save=True)
        storage = profile.photo.storage
        if old:
            transaction.on_commit(lambda: storage.delete(old), robust=True)
    return profile


def drawn_anew(upload: IO[bytes], size: tuple[int, int] = (SIDE, SIDE)) -> bytes:
    """A picture as WebP of ``size`` in pixels, without anything that travelled along with it.

    Costs at most some 250 MiB while it runs, and runs once at a time in a process.
    :raises UnusablePhoto: see ``set_photo``.
    """
    raw = upload.read(BYTES_MAX + 1)
    if len(raw) > BYTES_MAX:
        raise UnusablePhoto("The picture is larger than 5 MB.")
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
                _check_size(picture)
                square = ImageOps.fit(_decoded(picture, max(size)), size)
    except UnusablePhoto:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombWarning) as error:
        raise UnusablePhoto("Send a JPEG, PNG or WebP picture.") from error
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise UnusablePhoto("The picture is damaged.") from error
    out = io.BytesIO()
    square.save(out, "WEBP", quality=82)
    return out.getvalue()


def _decoded(picture: Image.Image, side: int) -> Image.Image:
    """The upright picture in RGB, not much larger than ``side`` needs."""
    picture.draft("RGB", (2 * side, 2 * side))
    pixels = picture if picture.mode == "RGB" else picture.convert("RGB")
    small = pixels.reduce(max(1, min(pixels.size) // (2 * side)))
    small.info = picture.info  # the orientation
    return ImageOps.exif_transpose(small)


def _check_size(picture: Image.Image) -> None:
    width, height = picture.size
    most = PIXELS_MAX if picture.format == "JPEG" else PIXELS_WHOLE_MAX
    if width * height > most:
        raise UnusablePhoto(f"The picture has more than {most // 1_000_000} megapixels.")
    if min(width, height) < SIDE_MIN:
        raise UnusablePhoto("The picture is smaller than 200 by 200 pixels.")
    if getattr(picture, "n_frames", 1) > 1:
        raise UnusablePhoto("Send a still picture.")
