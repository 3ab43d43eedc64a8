"""Photos as people send them, made into what may be kept: at most 2,048 pixels, upright, without EXIF, JPEG.

What is kept is always painted anew from the picture's dots, so that nothing else that was in the file comes along.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import msgspec
from PIL import Image, ImageOps

from app.core.errors import Mistaken
from app.core.words import Phrase
from app.core.words import phrase as _

FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = 2_048
SMALL_SIDE = 360
"""Of the small picture beside it, which a page shows on a slow network."""
LARGEST_JPEG = 80_000_000
"""Dots. A JPEG is read at a half, a quarter or an eighth of its size, so that a phone's 64 megapixels may come."""
LARGEST = 30_000_000
"""Dots of a PNG or WebP, which are read whole: 120 MB at four bytes a dot."""


class Shot(msgspec.Struct, frozen=True):
    """A photo as it may be kept, whole and small."""

    whole: bytes
    small: bytes


def shot(data: bytes, name: str = "photo") -> Shot:
    whole = clean(data, name)
    return Shot(whole, _painters().submit(_small, whole).result())


def clean(data: bytes, name: str = "photo") -> bytes:
    """The picture as JPEG. `name` is the form's field that is marked where it is none."""
    return _painters().submit(_clean, data, name).result()


@cache
def _painters() -> ThreadPoolExecutor:
    """Two at once, always in the same two threads: glibc keeps what a thread has freed, and thirty-two threads would keep it all."""
    return ThreadPoolExecutor(2, "photo")


def _clean(data: bytes, name: str) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _must_fit(picture, name)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
            return _painted(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(name) from error
    # Pillow raises whatever a broken file makes of its readers.
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, OverflowError, MemoryError) as error:
        raise _mistaken(name, _("This is no photo that can be read. Please take it with the camera, or send a JPEG or PNG.")) from error


def _must_fit(picture: Image.Image, name: str) -> None:
    if picture.width * picture.height > (LARGEST_JPEG if picture.format == "JPEG" else LARGEST):
        raise _too_large(name)


def _painted(picture: Image.Image) -> bytes:
    """The dots alone; on white, where it was see-through."""
    seen = picture.convert("RGBA") if picture.mode in ("RGBA", "LA", "PA", "P") else picture.convert("RGB")
    fresh = Image.new("RGB", seen.size, "white")
    fresh.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    return _jpeg(fresh, 82)


def _small(whole: bytes) -> bytes:
    with Image.open(io.BytesIO(whole), formats=("JPEG",)) as picture:
        picture.thumbnail((SMALL_SIDE, SMALL_SIDE), reducing_gap=2.0)
        return _jpeg(picture, 70)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=quality, optimize=True)
    return kept.getvalue()


def _too_large(name: str) -> Mistaken:
    return _mistaken(name, _("This picture has too many dots. Please send one with fewer than 30 million, such as the camera takes."))


def _mistaken(name: str, why: Phrase) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), {name: why})
