import signal
import subprocess
import sys
from pathlib import Path

from corpus.store import ArticleStore
from corpus.syncing import Syncing
from tests.corpus.web_site import PROSE, Page, sitemap, web_site

PROJECT = Path(__file__).parents[2]
FOLLOW = """
import sys
from pathlib import Path
from corpus.addresses import Reach
from corpus.fetching import Fetcher
from corpus.pacing import Pacing
from corpus.store import ArticleStore
from corpus.syncing import Syncing

library, url, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
fetcher = Fetcher(
    reach=Reach(trusted=frozenset({("127.0.0.1", port)})),
    resolver=lambda host, port: ["127.0.0.1"],
    pacing=Pacing(interval=0.0),
)
with ArticleStore.create(library) as store:
    Syncing(store, fetcher, told=lambda line: print(line.key, flush=True)).add(url)
"""
PAGES = 12
BEFORE = 5


def test_a_killed_sync_goes_on_where_it_was(tmp_path: Path) -> None:
    with web_site() as site:
        paths = [f"/{number}" for number in range(PAGES)]
        for path in paths:
            site.article(path, f"{PROSE} This is report {path}.")
        entries = [(site.url(path), "2026-01-01") for path in paths]
        site.pages["/sitemap.xml"] = Page(sitemap(*entries), etag='"1"')
        process = subprocess.Popen(
            [sys.executable, "-c", FOLLOW, tmp_path, site.url("/sitemap.xml"), str(site.port)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
        )
        with process:
            assert process.stdout is not None
            for _ in range(BEFORE):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
        with ArticleStore.create(tmp_path) as store:
            stored = len(store.citations())
            assert BEFORE <= stored <= PAGES
            reports = list(Syncing(store, site.fetcher()).sync(store.followed.all()))
            assert not any(report.has_failed for report in reports)
            assert len(store.citations()) == PAGES
        fetched = [path for path in site.asked_for_pages if path != "/sitemap.xml"]
        assert set(fetched) == set(paths)
        assert len(fetched) <= PAGES + 1  # at most the one it died in is fetched again
