"""What is wrong with a setting is told in one line that names it."""

import errno
from pathlib import Path

import pytest
from pydantic import BaseModel

from services.translator.bad_setting import BadSetting, naming


class Model(BaseModel):
    number: int


def told(error: Exception | None = None, *, reads: Path | None = None, validates: object = None) -> str:
    with pytest.raises(BadSetting) as wrong, naming("glossary"):
        if error:
            raise error
        if reads:
            reads.read_text()
        Model.model_validate({"number": validates})
    return str(wrong.value)


def test_a_file_that_is_not_there_is_named_with_the_reason(tmp_path: Path) -> None:
    assert told(reads=tmp_path / "no") == f"BABELWIRE_TRANSLATOR_GLOSSARY: {tmp_path / 'no'}: No such file or directory"


def test_an_error_without_a_file_is_told_by_its_reason() -> None:
    assert told(OSError(errno.ENOSPC, "No space left on device")).endswith("GLOSSARY: No space left on device")


def test_a_value_is_told_by_its_place_and_what_is_wrong_with_it() -> None:
    assert ": number: Input should be a valid integer" in told(validates="x")


def test_any_other_fault_is_one_line() -> None:
    assert told(ValueError("two\n  lines")).endswith("GLOSSARY: two lines")


def test_a_setting_that_was_named_within_is_not_named_again() -> None:
    assert told(BadSetting("BABELWIRE_OTHER: wrong")) == "BABELWIRE_OTHER: wrong"
