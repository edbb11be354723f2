from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).parents[1]
# Who is called by a library: by its decorator, or by a name that the library gives.
DECORATORS = ["@*.command*", "@*.callback*", "@*_validator", "@computed_field", "@*.exception_handler*"]
CALLED_BY_LIBRARIES = {
    "handle_starttag", "handle_endtag", "handle_data", "handle_startendtag", "handle_comment", "handle_decl", "handle_pi",
    "unknown_decl", "connect_unix_socket", "on_partitions_revoked", "on_partitions_assigned", "capture_signals",
    "download",
}  # fmt: skip


def test_everything_defined_is_used_by_more_than_tests() -> None:
    looking = Vulture(ignore_decorators=DECORATORS)
    looking.scavenge([str(ROOT / folder) for folder in ("services", "shared", "console", "newsroom")])
    unused = [*looking.unused_funcs, *looking.unused_methods, *looking.unused_classes, *looking.unused_props]
    found = {f"{one.filename.relative_to(ROOT)}: {one.name}" for one in unused if one.name not in CALLED_BY_LIBRARIES}
    assert found == set()
