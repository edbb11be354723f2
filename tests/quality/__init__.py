"""How good the tests are: `make coverage` and `make mutate`, with tools that nothing else needs."""
