"""The shape of a document, for those who read the index: docs/schemas/document.v1.json is made of it."""

from typing import Annotated

from pydantic import ConfigDict, Field

from shared.events import TranslatedArticle


class Document(TranslatedArticle):
    """An article in the index. Fields are only ever added; a tombstone is another thing (docs/document.md)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shortid: Annotated[str, Field(description="13 characters that name it in the reader's addresses")]
    day: Annotated[str, Field(description="the UTC day it stands under in the archive, such as 2026-11-03")]
    trend_terms: Annotated[tuple[str, ...], Field(max_length=30, description="names in the text, the most used first")]
    marks: Annotated[
        tuple[str, ...], Field(max_length=80, description="stems of names, and numbers, by which stories are told")
    ]
    fingerprint: Annotated[str | None, Field(description="simhash of the original's words, 16 hex digits")]
    text_en: Annotated[str | None, Field(description="the English text for search; missing while `pending`")] = None
    text_original: Annotated[str | None, Field(description="the original text for search; missing where it is English")] = (
        None
    )
    original: Annotated[
        dict[str, str] | None, Field(max_length=1, description="the same with title and standfirst, by language")
    ] = None
    vector: Annotated[
        tuple[float, ...] | None, Field(description="512 numbers of length 1; missing where the language has none")
    ] = None
