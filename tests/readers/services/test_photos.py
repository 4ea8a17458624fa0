from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image, PngImagePlugin

from readers.errors import UnusablePhoto
from readers.models import ReaderProfile
from readers.services import photos
from tests import builders

pytestmark = pytest.mark.django_db
DRAW_AND_MEASURE = """
import resource, sys
import django
django.setup()
from readers.services import photos
most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = most()
for bomb in sys.argv[1:]:
    photos.drawn_anew(open(bomb, "rb"))
print(most() - before)
"""


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


def test_a_picture_is_turned_upright_before_its_orientation_is_forgotten(
    reader: ReaderProfile, at: datetime
) -> None:
    lying = Image.new("RGB", (3_200, 3_000), (20, 20, 220))
    lying.paste((220, 20, 20), (0, 0, 3_200, 1_500))  # red above, blue below
    exif, upload = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6  # to be seen a quarter turned to the right
    lying.save(upload, "JPEG", exif=exif.tobytes())
    upload.seek(0)

    profile = photos.set_photo(reader_id=reader.pk, upload=upload, at=at)

    with Image.open(default_storage.open(profile.photo.name)) as kept:
        left, right = kept.getpixel((40, 320)), kept.getpixel((600, 320))
    assert (left[2] > 150, right[0] > 150) == (True, True)


def test_a_small_file_that_stands_for_a_vast_picture_costs_bounded_memory(tmp_path: Path) -> None:
    """Both are the worst of their format that is still taken."""
    worst = {"WEBP": (4_000, 4_000), "JPEG": (6_300, 6_300)}
    for kind, size in worst.items():
        bomb = picture(kind, size, progressive=True, method=0).getvalue()
        (tmp_path / kind).write_bytes(bomb)

    said = subprocess.run(
        [sys.executable, "-c", DRAW_AND_MEASURE, *map(tmp_path.joinpath, worst)],
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(said.stdout) // 1_024 < 350, "MiB"


@pytest.mark.parametrize("begin", [b"GIF89a", b"<html><script>", b"%PDF-1.7\n", b"PK\x03\x04"])
def test_a_picture_that_is_something_else_too_is_refused_or_drawn_anew(
    reader: ReaderProfile, at: datetime, begin: bytes
) -> None:
    script = b"<script>alert(1)</script>"
    inside = picture("PNG", pnginfo=_comment(script.decode())).getvalue()
    for upload in (begin + inside, inside + begin + script):
        try:
            kept = photos.drawn_anew(io.BytesIO(upload))
        except UnusablePhoto:
            continue
        assert (kept[:4], kept[8:12]) == (b"RIFF", b"WEBP")
        assert script not in kept
        assert begin not in kept


def _comment(words: str) -> PngImagePlugin.PngInfo:
    about = PngImagePlugin.PngInfo()
    about.add_text("Comment", words)
    return about


@pytest.mark.parametrize(
    "upload",
    [
        pytest.param(lambda: io.BytesIO(b""), id="empty"),
        pytest.param(lambda: io.BytesIO(b"<svg onload='x'/>"), id="svg"),
        pytest.param(lambda: io.BytesIO(b"\xff\xd8\xff" + b"\0" * 500), id="damaged"),
        pytest.param(lambda: io.BytesIO(b"\0" * (photos.BYTES_MAX + 1)), id="huge file"),
        pytest.param(lambda: picture("PNG", (8_000, 6_000)), id="huge picture"),
        pytest.param(lambda: picture("PNG", (4_100, 4_000)), id="huge for a PNG"),
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
