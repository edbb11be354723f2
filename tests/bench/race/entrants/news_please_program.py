"""news-please as the program it is: `news-please -c FOLDER` with a list of sites and RssCrawler; a process for each site."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import newsplease


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text())
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = (Path(newsplease.__file__).parent / "config" / "config.cfg").read_text()
        settings = re.sub(r"(?m)^working_path = .*$", f"working_path = {folder}/", settings)
        settings = re.sub(r"(?m)^check_certificate = .*$", "check_certificate = False", settings)
        if task["delay"]:
            settings = re.sub(
                r"(?m)^CONCURRENT_REQUESTS_PER_DOMAIN=.*$",
                f"CONCURRENT_REQUESTS_PER_DOMAIN=1\nDOWNLOAD_DELAY={task['delay']}\nRANDOMIZE_DOWNLOAD_DELAY=False",
                settings,
            )
        (home / "config.cfg").write_text(settings)
        (home / "config_lib.cfg").write_text((Path(newsplease.__file__).parent / "config" / "config_lib.cfg").read_text())
        sites = [{"url": source["home"], "crawler": "RssCrawler"} for source in task["sources"]]
        (home / "sitelist.hjson").write_text(json.dumps({"base_urls": sites}))
        program = Path(sys.executable).parent / "news-please"
        try:
            subprocess.run([program, "-c", folder], check=False, stdin=subprocess.DEVNULL, timeout=task["seconds"] - 10)
        except subprocess.TimeoutExpired:
            print("it did not end", file=sys.stderr)
        with Path(task["out"]).open("w") as out:
            for path in home.rglob("*.json"):
                one = json.loads(path.read_text())
                if "maintext" in one:
                    out.write(json.dumps({"url": one["url"], "title": one["title"], "text": one["maintext"]}) + "\n")


if __name__ == "__main__":
    main()
