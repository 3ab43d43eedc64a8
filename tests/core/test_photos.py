"""Photos as they are kept: quality 26."""

import io
import subprocess
import sys

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from app.core import photos
from app.core.errors import Mistaken


def picture(size: tuple[int, int], kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    drawn = Image.new(mode, size, "red" if mode == "RGB" else (255, 0, 0, 0))
    ImageDraw.Draw(drawn).rectangle((0, 0, size[0] // 2, size[1] // 4), fill="blue")
    kept = io.BytesIO()
    drawn.save(kept, kind, **options)
    return kept.getvalue()


def seen(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_photo_is_kept_upright_and_tells_nothing_of_where_and_when_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "phone of 李强"
    exif.get_ifd(0x8825)[2] = (39.0, 59.0, 30.0)
    kept = photos.clean(picture((4000, 3000), exif=exif))
    assert seen(kept).size == (1536, 2048)
    assert not seen(kept).getexif()
    assert "李强".encode() not in kept


def test_what_was_see_through_stands_on_white() -> None:
    kept = seen(photos.clean(picture((400, 400), "PNG", "RGBA")))
    assert min(kept.getpixel((300, 300))) > 240


def test_a_picture_of_400_megapixels_is_refused_before_it_is_read() -> None:
    sheet = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(sheet, "PNG")
    with pytest.raises(Mistaken) as refused:
        photos.clean(sheet.getvalue())
    assert "像素太多" in str(refused.value.mistakes["photo"])


def test_a_picture_of_144_megapixels_about_which_the_library_only_warns_is_refused_too() -> None:
    sheet = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(sheet, "PNG")
    with pytest.raises(Mistaken):
        photos.clean(sheet.getvalue())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\x00" * 60,
        b"%PDF-1.7 not a photo",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 200,
        picture((300, 300))[:400],
    ],
)
def test_what_is_no_photo_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(Mistaken) as refused:
        photos.clean(data)
    assert "JPEG" in str(refused.value.mistakes["photo"])


def test_nothing_hidden_in_the_file_comes_along() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "<script>alert(1)</script>")
    for sent in (picture((300, 300)) + b"PK\x03\x04<script>alert(1)</script>", picture((300, 300), "PNG", pnginfo=info)):
        assert b"script" not in photos.clean(sent)


FIFTY = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from app.core import photos
from tests.core.test_photos import picture
sent = [picture((4000, 3000)), picture((2820, 2820), "PNG")]
Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
with ThreadPoolExecutor(50) as hands:
    kept = list(hands.map(photos.clean, [sent[n % 2] for n in range(50)]))
assert all(len(one) < 400_000 for one in kept)
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.mark.slow
def test_fifty_photos_at_once_stay_under_600_mb() -> None:
    told = subprocess.run([sys.executable, "-c", FIFTY], capture_output=True, text=True, check=True)
    assert 20_000 < int(told.stdout) < 600_000
