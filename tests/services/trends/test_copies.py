import random

from services.trends.copies import Copies


def test_a_text_again_or_with_up_to_three_bits_changed_is_a_copy_and_with_more_it_is_not() -> None:
    chance = random.Random(1)
    for _ in range(200):
        text = chance.getrandbits(64)
        bits = chance.sample(range(64), 4)
        copies = Copies()
        assert not copies.repeats(text)
        assert copies.repeats(text)
        near = text ^ (1 << bits[0]) ^ (1 << bits[1]) ^ (1 << bits[2])
        assert copies.repeats(near)
        assert not Copies().repeats(near)
        alone = Copies()
        alone.repeats(text)
        assert not alone.repeats(near ^ (1 << bits[3]))
