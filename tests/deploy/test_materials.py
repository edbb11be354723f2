"""The list of what the images are made of is whole and current, and goes into them."""

import json

from console import materials
from tests.deploy.files import ROOT
from tests.test_lock import locked


def test_the_list_is_as_it_would_be_written() -> None:
    for name, text in materials.pages().items():
        assert (materials.FOLDER / name).read_text(encoding="utf-8") == text, "run `make docs`"


def test_every_locked_requirement_is_in_it_with_all_hashes() -> None:
    [text] = materials.pages().values()
    found = json.loads(text)
    listed = {(one["name"], one["version"]): {each["content"] for each in one["hashes"]} for one in found["components"]}
    for name, (requirement, hashes) in locked("requirements.txt").items():
        [version] = [one.version for one in requirement.specifier]
        assert listed[name, version] == {one.removeprefix("sha256:") for one in hashes}
    references = [one["bom-ref"] for one in found["components"]]
    assert len(references) == len(set(references))


def test_images_hold_it_and_say_what_they_are() -> None:
    text = (ROOT / "deploy/docker/Dockerfile").read_text()
    assert "COPY deploy/docker/sbom.cdx.json" in text
    assert text.count("org.opencontainers.image.revision=$REVISION") == 2  # of a service, and of the console
