"""The word filter: what hides a word, and what only looks like one."""

from __future__ import annotations

import pytest

from live.streams import words


@pytest.mark.parametrize(
    "text",
    [
        "fuck",
        "FUCK you",
        "fück!",
        "f.u.c.k",
        "F u c k",
        "fuuuuck",
        "f**k",
        "sh1t",
        "$hit happens",
        "sh!t!!",
        "a$$hole",
        "\u0441unt",  # with a Cyrillic letter
        "\uff46\uff55\uff43\uff4b",
        "Kill  yourself",
        "just WhatsApp me, love",
    ],
)
def test_a_word_is_found_however_it_is_dressed(text: str) -> None:
    assert words.found_in(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Good evening!",
        "I assess the classic glass in Scunthorpe",
        "shiitake and a cockatoo",
        "a b c d e",
        "100% sure :)",
        "Ты здесь?",
        "!!! *** ???",
        "me, whatsapp",
    ],
)
def test_what_only_looks_like_one_is_said(text: str) -> None:
    assert words.found_in(text) is None


def test_a_host_has_words_of_their_own() -> None:
    own = ["bananas", "Madame Zora"]

    assert words.found_in("B4nan4s?", own) == "bananas"
    assert words.found_in("ask madame  zora", own) == "Madame Zora"
    assert words.found_in("a banana", own) is None
    assert words.found_in("anything", ["", "  ", "!!"]) is None


def test_the_house_list_is_read_and_holds_no_comment() -> None:
    phrases = [phrase for phrase, _ in words.house_list()]

    assert len(phrases) > 20
    assert not [phrase for phrase in phrases if "#" in phrase]
