import pytest

from services.translator import guards

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
        (SENTENCE, "The go" + "o" * 70 + " 2024 1,500.50 and some other words", "run_on"),
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
