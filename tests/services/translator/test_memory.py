from pathlib import Path

from services.translator.memory import Memory, memory
from services.translator.settings import TranslatorSettings
from shared.telemetry import metrics


def test_the_least_recently_used_translation_is_forgotten_first() -> None:
    memory = Memory(2)
    memory.keep(("e", "1", "pt", "um"), "one")
    memory.keep(("e", "1", "pt", "dois"), "two")
    assert memory.recall(("e", "1", "pt", "um")) == "one"
    memory.keep(("e", "1", "pt", "três"), "three")
    assert memory.recall(("e", "1", "pt", "dois")) is None
    assert memory.recall(("e", "1", "pt", "um")) == "one"


def test_another_model_version_is_another_translation() -> None:
    memory = Memory(2)
    memory.keep(("e", "1", "pt", "um"), "one")
    assert memory.recall(("e", "2", "pt", "um")) is None


def test_a_memory_of_nothing_keeps_nothing() -> None:
    memory = Memory(0)
    memory.keep(("e", "1", "pt", "um"), "one")
    assert memory.recall(("e", "1", "pt", "um")) is None


def test_what_is_found_and_what_is_not_is_counted() -> None:
    def counted(result: str) -> float:
        return float(metrics.MEMORY.labels("counted", result)._value.get())

    memory = Memory(2)
    memory.keep(("counted", "1", "pt", "um"), "one")
    for text in ("um", "um", "dois"):
        memory.recall(("counted", "1", "pt", text))
    assert (counted("hit"), counted("miss")) == (2, 1)


def test_the_memory_is_as_the_settings_have_it(tmp_path: Path) -> None:
    key = ("e", "1", "pt", "um")
    for file, after_a_restart in ((None, None), (tmp_path / "memory.sqlite", "one")):
        own = TranslatorSettings(memory_segments=5, memory_file=file)
        memory(own).keep(key, "one")
        assert memory(own).recall(key) == after_a_restart
