"""Each entrant is one program, run by the Python of a virtual environment of its own as `PROGRAM TASK`: TASK is a JSON file
with `sources` (home page and feed each), `delay` (seconds between two requests to one host) and `out`, where articles go as
JSON lines of `url`, `title`, `text`. The mirror is their proxy, by `http_proxy`. They are written as the
entrant's own documentation shows it, with its defaults where nothing is said; where there was a choice, the one that is
better for the entrant.
"""
