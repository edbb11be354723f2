"""The edge to OpenSearch: the client, the names and mappings of the indices, and what is kept there by id."""
