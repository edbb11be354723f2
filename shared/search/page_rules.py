"""What an operator says of how a source's pages are to be read."""

from typing import Annotated

from cssselect import GenericTranslator, SelectorError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _selector(text: str) -> str:
    try:
        GenericTranslator().css_to_xpath(text)
    except SelectorError as error:
        raise ValueError(f"no CSS selector: {error}") from error
    return text


Selector = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_selector)]


class Rules(BaseModel):
    """How this source's pages are read where the general rules fail: CSS selectors (level 3, as cssselect knows them), each
    optional. `body` is what holds the text, `drop` what is taken out of the page before anything else is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Selector | None = None
    standfirst: Selector | None = None
    body: Selector | None = None
    drop: Selector | None = None
