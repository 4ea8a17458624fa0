from __future__ import annotations

import io
from datetime import datetime

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from readers.errors import UnusablePhoto
from readers.models import ReaderProfile
from readers.services import photos
from tests import builders

pytestmark = pytest.mark.django_db


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (400, 300), **options: object
) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 80, 140)).save(out, kind, **options)
    out.seek(0)
    return out


@pytest.fixture
def reader(at: datetime, settings: object, tmp_path: object) -> ReaderProfile:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return builders.a_reader(at=at, online=False)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_square_webp(reader: ReaderProfile, at: datetime, kind: str) -> None:
    profile = photos.set_photo(reader_id=reader.pk, upload=picture(kind), at=at)

    with Image.open(default_storage.open(profile.photo.name)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (640, 640))


def test_nothing_but_pixels_survives(reader: ReaderProfile, at: datetime) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home, 48.2082 16.3738"
    upload = picture("JPEG", exif=exif.tobytes())
    polyglot = io.BytesIO(upload.read() + b"<script>alert(1)</script>")

    profile = photos.set_photo(reader_id=reader.pk, upload=polyglot, at=at)

    kept = default_storage.open(profile.photo.name).read()
    assert b"script" not in kept
    assert b"48.2082" not in kept


@pytest.mark.parametrize(
    "upload",
    [
        pytest.param(lambda: io.BytesIO(b""), id="empty"),
        pytest.param(lambda: io.BytesIO(b"<svg onload='x'/>"), id="svg"),
        pytest.param(lambda: io.BytesIO(b"\xff\xd8\xff" + b"\0" * 500), id="damaged"),
        pytest.param(lambda: io.BytesIO(b"\0" * (photos.BYTES_MAX + 1)), id="huge file"),
        pytest.param(lambda: picture("PNG", (8_000, 6_000)), id="huge picture"),
        pytest.param(lambda: picture("PNG", (100, 100)), id="tiny"),
        pytest.param(lambda: picture("GIF"), id="gif"),
    ],
)
def test_what_is_no_usable_picture_is_refused_and_the_old_one_stays(
    reader: ReaderProfile, at: datetime, upload: object
) -> None:
    before = photos.set_photo(reader_id=reader.pk, upload=picture(), at=at).photo.name

    with pytest.raises(UnusablePhoto):
        photos.set_photo(reader_id=reader.pk, upload=upload(), at=at)  # type: ignore[operator]

    reader.refresh_from_db()
    assert reader.photo.name == before
    assert default_storage.exists(before)
