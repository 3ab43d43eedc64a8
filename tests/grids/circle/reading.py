"""What one reads of a page."""

import re
from html import unescape


def words_of(html: str) -> str:
    """What one reads, without the text that is to be copied."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<style>.*?</style>|<textarea.*?</textarea>", "", html))))
