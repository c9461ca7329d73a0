import pytest

from corpus.readers.fragments import Fragment, read_fragment


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("One\n two <b>three</b><br>four", "One two three\nfour"),
        ("<p>One</p><p>Two</p>tail", "One\n\nTwo\n\ntail"),
        ("<ul><li>a<li><p>b</p><p>c</p></ul>d", "a\nb\nc\n\nd"),
        ("<p>x</p><ol start=3><li>a</li><li>b<ul><li>c</ul></ol>", "x\n\n3. a\n4. b\nc"),
        ("<ol start=x><li>a</li></ol>", "1. a"),
        (
            "<table><tr><th>Year<th>High</tr><tr><td><p>1848</p><td>12 m</tr></table>end",
            "Year | High\n1848 | 12 m\n\nend",
        ),
        ("<table><tr><td><h2>News</h2><p>It rained.</p></td></tr></table>", "News\n\nIt rained."),
        (
            f"<table><tr><td>{'word ' * 50}</td><td>b</td></tr></table>",
            f"{'word ' * 50}".strip() + "\n\nb",
        ),
        ("<pre>a\n  b\n</pre>", "a\n  b"),
        ("a<script>x</script><style>y</style><!-- z --><?php z ?>b", "ab"),
        ("<p hidden>no</p><p style='DISPLAY : none'>no</p><div style='color:red'>yes</div>", "yes"),
        ("<span>odd <p>nested</p> text</span>", "odd\n\nnested\n\ntext"),
        ("<tr><td>a<br>b<script>x</script></td><td>c</td></tr>", "a b | c"),
        ("&lt;b&gt; &amp; &nbsp;", "<b> &"),
        ("<?xml version='1.0' encoding='utf-8'?><p>é</p>", "é"),
        ("", ""),
        (" \n", ""),
        ("<!-- only -->", ""),
    ],
)
def test_markup_becomes_blocks(html: str, text: str) -> None:
    assert read_fragment(html).text == text


def test_headings_are_told_apart() -> None:
    html = "<h1>How <i>it</i> was</h1><p>x</p><h2> </h2><h3>Later</h3>"
    assert read_fragment(html) == Fragment(
        text="How it was\n\nx\n\nLater", headings=("How it was", "Later")
    )


def test_deep_nesting_does_no_harm() -> None:
    assert read_fragment("<b>" * 200 + "It rained." + "</b>" * 200).text == "It rained."
