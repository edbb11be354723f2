import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.translator import quotes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("„Nein“, sagte sie.", '"Nein", sagte sie.'),
        ("« Non », dit-elle.", '"Non", dit-elle.'),
        ("«Não», disse ela.", '"Não", disse ela.'),
        ("他说「好」。", '他说"好"。'),
    ],
)
def test_every_languages_marks_become_the_plain_one(text: str, expected: str) -> None:
    assert quotes.tidy(text) == expected


def test_english_marks_are_set_in_pairs() -> None:
    assert quotes.english('"No," she said. "Never."') == "“No,” she said. “Never.”"


def test_a_quotation_within_a_quotation_has_single_marks() -> None:
    assert quotes.english('"He said "no" and "why" to me."') == "“He said ‘no’ and ‘why’ to me.”"
    assert quotes.english('"Say "yes"," he said') == "“Say ‘yes’,” he said"
    assert quotes.tidy('"When he says "OK" we go"') == '"When he says "OK" we go"'


@pytest.mark.parametrize("text", ['He said "no.', 'A 5"pipe"s end', '""'])
def test_marks_that_do_not_pair_stay_plain(text: str) -> None:
    assert quotes.english(text) == text


@given(st.text(alphabet=st.sampled_from(list('ab "“”«»„ .,')), max_size=60))
def test_english_marks_always_balance_and_keep_the_length(text: str) -> None:
    result = quotes.english(text)
    assert len(result) == len(text)
    assert result.count("“") == result.count("”")
    open_ones: list[str] = []
    for character in result:
        if character in "“‘":
            assert character not in open_ones[-1:]
            open_ones.append(character)
        elif character in "”’":
            assert open_ones.pop() == {"”": "“", "’": "‘"}[character]
    assert not open_ones
