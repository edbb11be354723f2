"""The operator's command line: `babelwire …`."""

import typer

from console.up import up

app = typer.Typer(name="babelwire", no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False)
app.command()(up)


@app.callback()
def _babelwire() -> None:
    """News from everywhere, in English."""


if __name__ == "__main__":
    app()
