import json
from typing import Any

import pytest

from services.translator.registry import NoRegistry, offers, wanted

HASH = "a" * 64


def record(
    kind: str = "model", src: str = "fr", version: str = "2.0", architecture: str = "tiny", **other: Any
) -> dict[str, Any]:
    ending = "spm" if "vocab" in kind else "bin"
    name = f"{kind}.{src.lower().replace('-', '')}en.{ending}"
    attachment = {
        "location": f"a/{name}.zst",
        "size": 10,
        "hash": HASH,
        "filename": f"{name}.zst",
        "mimetype": "application/zstd",
    }
    return {
        "name": name, "fileType": kind, "version": version, "architecture": architecture, "sourceLanguage": src,
        "targetLanguage": "en", "decompressedHash": HASH, "attachment": attachment, "id": "x", "last_modified": 1, **other,
    }  # fmt: skip


def model(**other: Any) -> list[dict[str, Any]]:
    return [record("model", **other), record("vocab", **other), record("lex", **other)]


def body(*records: Any) -> bytes:
    return json.dumps({"data": records}).encode()


def test_a_model_is_the_files_of_one_pair_version_and_architecture() -> None:
    (offer,) = offers(body(*model()))
    assert (offer.name, offer.version, offer.architecture, offer.size) == ("fr-en", "2.0", "tiny", 30)
    assert [file.name for file in offer.files] == ["lex.fren.bin", "model.fren.bin", "vocab.fren.spm"]


def test_the_first_generation_of_records_is_read_too() -> None:
    records = model()
    for each in records:
        each["fromLang"], each["toLang"] = each.pop("sourceLanguage"), each.pop("targetLanguage")
        del each["decompressedHash"], each["architecture"]
    (offer,) = offers(json.dumps(records))
    assert (offer.name, {file.plain_sha256 for file in offer.files}) == ("fr-en", {None})


def test_two_vocabularies_are_whole_without_a_common_one() -> None:
    (offer,) = offers(body(record("model", "ja"), record("srcvocab", "ja"), record("trgvocab", "ja")))
    assert [file.kind for file in offer.files] == ["model", "srcvocab", "trgvocab"]


@pytest.mark.parametrize("kinds", [("model",), ("vocab", "lex"), ("model", "srcvocab"), ("model", "qualityModel")])
def test_half_a_model_is_not_offered(kinds: tuple[str, ...]) -> None:
    assert offers(body(*(record(kind) for kind in kinds))) == []


@pytest.mark.parametrize(
    ("older", "newer"), [("1.0", "2.0"), ("2.9", "2.10"), ("2.0a1", "2.0"), ("2.0a1", "2.0a2"), ("2.1", "2.1.1")]
)
def test_the_newest_version_is_offered(older: str, newer: str) -> None:
    for order in ((older, newer), (newer, older)):
        (offer,) = offers(body(*(each for version in order for each in model(version=version))))
        assert offer.version == newer


def test_a_newer_version_that_is_not_whole_does_not_hide_the_older() -> None:
    (offer,) = offers(body(*model(version="1.0"), record("model", version="2.0")))
    assert offer.version == "1.0"


def test_of_one_version_the_better_architecture_is_offered() -> None:
    (offer,) = offers(body(*model(architecture="tiny"), *model(architecture="base-memory"), *model(architecture="strange")))
    assert offer.architecture == "base-memory"


@pytest.mark.parametrize("version", ["9.0", "0.1", "latest", "", "1", "1." + "9" * 50])
def test_a_version_for_another_engine_is_passed_over(version: str) -> None:
    assert offers(body(*model(version=version))) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "../../model.fren.bin"},
        {"name": "model./../fren.bin"},
        {"name": "model.sh"},
        {"name": 7},
        {"sourceLanguage": "../fr"},
        {"sourceLanguage": None},
        {"targetLanguage": "english"},
        {"fileType": "vocab"},
        {"attachment": None},
        {"attachment": {"location": "", "size": 1, "hash": HASH}},
        {"attachment": {"location": "a", "size": 1 << 40, "hash": HASH}},
        {"attachment": {"location": "a", "size": -1, "hash": HASH}},
        {"attachment": {"location": "a", "size": 1, "hash": "md5"}},
        {"decompressedHash": "A" * 64},
    ],
)
def test_a_record_that_is_wrong_is_passed_over(bad: dict[str, Any]) -> None:
    assert offers(body(record("model", **bad), record("vocab"))) == []
    assert len(offers(body(record("model", **bad), *model(), None, [], 5, "x"))) == 1


@pytest.mark.parametrize("answer", ["", "<html>", "{}", '{"data": {}}', "5", "null", "[" * 100_000])
def test_what_is_no_list_of_records_is_refused(answer: str) -> None:
    with pytest.raises(NoRegistry):
        offers(answer)


def test_a_script_is_chosen_where_none_is_named() -> None:
    found = offers(body(*model(src="zh-Hant"), *model(src="zh-Hans")))
    assert [offer.name for offer in found] == ["zh_hans-en", "zh_hant-en"]
    for language, name in (("zh", "zh_hans-en"), ("zh-Hant", "zh_hant-en"), ("zh_hans", "zh_hans-en")):
        chosen = wanted(language, "en", found)
        assert chosen
        assert chosen.name == name
    assert wanted("fr", "en", found) is None
    assert wanted("..", "en", found) is None
