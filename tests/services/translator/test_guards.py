from itertools import islice

import pytest

from services.translator import guards
from tests.bench import guards as bench
from tests.bench.generators import broken
from tests.services.translator.reference import needs_reference

SENTENCE = "O governo apresentou em 2024 uma proposta que custa 1.500,50 euros por pessoa."
GOOD = "The government presented a proposal in 2024 that costs 1,500.50 euros per person."


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (SENTENCE, GOOD),
        ("Lula da Silva", "Lula da Silva"),
        ("Sim", "Yes, indeed"),
        ("Não, não, não, não!", "No, no, no, no!"),
        ("他们今天宣布了新的住房政策。", "They announced a new housing policy today."),
        ("٢٠٢٤ كان عاما صعبا على الجميع", "2024 was a hard year for everyone"),
        ("Em 2024 200 pessoas pagaram 1 500,50 euros.", "In 2024, 200 people paid 1,500.50 euros."),
        ("Tem 3 filhos.", "She has three children."),
    ],
)
def test_a_translation_passes(source: str, output: str) -> None:
    assert guards.fault(source, output) is None


@pytest.mark.parametrize(
    ("source", "output", "guard"),
    [
        (SENTENCE, "", "empty"),
        (SENTENCE, " ... ", "empty"),
        (SENTENCE, SENTENCE, "echo"),
        (SENTENCE, SENTENCE.upper() + "!", "echo"),
        (SENTENCE, "The government in 2024 of the of the of the of the of the 1,500.50", "repetition"),
        (SENTENCE, "the period of the day, the period of an hour, the period of it, the period of 2024", "repetition"),
        (SENTENCE, "The go" + "o" * 70 + " 2024 1,500.50 and some other words", "repetition"),
        (SENTENCE, GOOD + " And more, as nobody had said or written or even thought before that day." * 4, "repetition"),
        ("Uma frase sobre o tempo que faz em Lisboa hoje. " * 8, "A sentence.", "length"),
        ("Uma frase.", "It is a sentence that says so much more than what was there to be said at all.", "length"),
        (SENTENCE, "The government presented a proposal that costs 1,500.50 euros per person.", "digits"),
        ("Veja mais em https://exemplo.pt/a hoje.", "See more at https://examplelo.pt/a today.", "verbatim"),
        ("Lisboa 👍 agora", "Lisbon now", "verbatim"),
    ],
)  # fmt: skip
def test_a_broken_output_is_refused(source: str, output: str, guard: str) -> None:
    assert guards.fault(source, output) == guard


@pytest.mark.parametrize(
    ("source", "output", "guard"),
    [
        (SENTENCE, "A kormány 2024-ben bemutatott egy javaslatot, amely fejenként 1.500,50 euróba kerül.", "language"),
        (SENTENCE, "Правительство представило в 2024 году предложение за 1.500,50 евро.", "language"),
        (SENTENCE, "The government in 2024 presented uma proposta que custa 1.500,50 euros por pessoa.", "remainder"),
        ("他们今天宣布了新的住房政策，明年三月投票。", "Today they announced a new policy,明年三月投票。", "remainder"),
        (SENTENCE, f"{GOOD} The Prime Minister said that", "run_on"),
        (SENTENCE, f"{GOOD} {GOOD}", "repetition"),
        ("A lei entra em vigor a 12 de março de 2025.", "The law takes effect on April 12, 2025.", "dates"),
        ("这项法律将于2025年7月生效。", "The law will take effect in 2025.", "dates"),
        ("Custa 1500 euros.", "It costs 15000 euros.", "digits"),
    ],
)  # fmt: skip
def test_what_is_no_english_or_another_sentence_is_refused(source: str, output: str, guard: str) -> None:
    assert guards.fault(source, output, "zh" if source[0] > "\u3040" else "pt") == guard


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("Começa às 20h30 em Lisboa.", "It starts at 8:30 p.m. in Lisbon."),
        ("有3万人参加了1960年代的会议。", "30,000 people attended the meeting in the 1960s."),
        ("약 420만 년 전의 일이다.", "It happened about 4.2 million years ago."),
        ("Foi há 40 anos.", "It was forty years ago."),
        ("O livro «Os Maias» de Eça saiu a 5 de maio de 1888.", "The book “Os Maias” by Eça came out on May 5, 1888."),
        ("Benfica vence Porto", "Benfica beats Porto"),
        ("Cristiano Ronaldo, Lionel Messi, Kylian Mbappé", "Cristiano Ronaldo, Lionel Messi, Kylian Mbappé"),
    ],
)
def test_numbers_may_be_told_in_another_way(source: str, output: str) -> None:
    assert guards.fault(source, output) is None


@needs_reference
def test_broken_outputs_are_caught_and_recorded_good_ones_pass() -> None:
    good = [one for one in islice(broken.recorded(held_out=False), 0, None, 41) if broken.is_good(one)]
    assert sum(bench.fault(one, one.output) is not None for one in good) <= 0.01 * len(good)
    made = broken.broken(good, each=60)
    assert sum(bench.fault(one.made_of, one.output) is not None for one in made) >= 0.98 * len(made)
