"""The demo's press, from its texts to its stories: the real encoder, no index."""

from collections import defaultdict

from services.indexer.embedding import ProcessEmbedder
from services.indexer.marks import marks
from services.trends.bonds import Candidate
from services.trends.clustering import clustered
from tests.bench.generators.labelled import newsroom


async def test_every_event_of_the_newsroom_is_one_story_with_nothing_else_in_it() -> None:
    embedder, candidates = ProcessEmbedder(seconds=60, mib=1536), []
    events = defaultdict(set)
    try:
        for one in newsroom():
            article = one.article
            vector = await embedder.vector(article)
            assert vector is not None
            events[one.event].add(article.article_id)
            seen = article.times.discovered
            candidates.append(Candidate(article.article_id, seen, article.source_id, vector, frozenset(marks(article))))
    finally:
        await embedder.close()
    found = {frozenset(cluster.members) for cluster in clustered(candidates)}
    assert len(events) >= 15
    assert found == {frozenset(members) for members in events.values()}
