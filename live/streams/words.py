"""What is not said in a live room. Pure: a text and a list in, the word that stands in the way out.

Compared without case, accents, look-alike signs, repeated letters, and with single letters drawn
together, so that "F.ü.u.c.k!" is found; and word by word, so that a harmless longer word is not.
A star stands for any letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

_HOUSE_LIST: Final = Path(__file__).with_name("blocked_words.txt")
_LETTERS: Final = str.maketrans("0134578€аеіорсухк", "oieastbeaeiopcyxk")
_SIGNS: Final = dict(zip("@$!|", "asii", strict=True))
_SIGN_IN_WORD: Final = re.compile(r"[@$!|](?=[@$!|]*\w)")
_PARTS: Final = re.compile(r"[^\W_*]+(?:\*+[^\W_*]+)*")
_REPEATED: Final = re.compile(r"([^*])\1+")
_CACHED_LISTS: Final = 256


def found_in(text: str, own: Iterable[str] = ()) -> str | None:
    """The first word or phrase of the house's list or of ``own`` that ``text`` says, or None."""
    readings = [_words_of(text), _words_of(_SIGN_IN_WORD.sub(_letter_of, text))]
    readings += [_drawn_together(parts) for parts in readings]
    for phrase, plain in (*house_list(), *_plain_list(tuple(own))):
        if any(_says(parts, plain) for parts in readings):
            return phrase
    return None


def _letter_of(sign: re.Match[str]) -> str:
    return _SIGNS[sign[0]]


@cache
def house_list() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The list of the house: each entry as written, and as it is compared."""
    lines = _HOUSE_LIST.read_text(encoding="utf-8").splitlines()
    return _plain_list(tuple(line for line in lines if line and not line.startswith("#")))


@lru_cache(maxsize=_CACHED_LISTS)
def _plain_list(phrases: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    plain = ((phrase, tuple(_words_of(phrase))) for phrase in phrases)
    return tuple((phrase, parts) for phrase, parts in plain if parts)


def _words_of(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return [_REPEATED.sub(r"\1", part) for part in _PARTS.findall(letters)]


def _drawn_together(parts: list[str]) -> list[str]:
    """The same with each run of single letters as one word."""
    drawn: list[str] = []
    in_run = False
    for part in parts:
        if len(part) == 1 and in_run:
            drawn[-1] += part
        else:
            drawn.append(part)
        in_run = len(part) == 1
    return [_REPEATED.sub(r"\1", part) for part in drawn]


def _says(parts: list[str], phrase: tuple[str, ...]) -> bool:
    last = len(parts) - len(phrase) + 1
    return any(
        all(_is(said, word) for said, word in zip(parts[start:], phrase, strict=False))
        for start in range(last)
    )


def _is(said: str, word: str) -> bool:
    if "*" not in said:
        return said == word
    return len(said) == len(word) and all(a in ("*", b) for a, b in zip(said, word, strict=True))
