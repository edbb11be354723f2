"""Every setting of the indexer, read from `BABELWIRE_INDEXER_…`."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class IndexerSettings(ServiceSettings):
    """How documents are made and written."""

    model_config = SettingsConfigDict(env_prefix="BABELWIRE_INDEXER_", extra="ignore", frozen=True)

    window: Annotated[int, Field(ge=1, description="articles in work at once")] = 128
    ledger_window: Annotated[int, Field(ge=1, description="outcomes in work at once")] = 512
    item_seconds: Annotated[float, Field(gt=0, description="longest work on one article or outcome, then it is retried")] = (
        60.0
    )
    bulk_documents: Annotated[int, Field(ge=1, description="most documents in one bulk request")] = 200
    bulk_bytes: Annotated[int, Field(ge=1024, description="a bulk request is sent when it has grown to so many bytes")] = (
        5_000_000
    )
    bulk_wait_ms: Annotated[int, Field(ge=0, description="a bulk request waits so long for more documents")] = 50
    embeddings: Annotated[bool, Field(description="give documents a vector, for stories and similar articles")] = True
    embedding_seconds: Annotated[
        float, Field(gt=0, description="after so long on one article the embedding process is killed")
    ] = 10.0
    embedding_mib: Annotated[int, Field(ge=512, description="address space of the embedding process, MiB")] = 1536
    ledger_count_seconds: Annotated[float, Field(gt=0, description="how often the states of the ledger are counted")] = 15.0
