"""`make browser`: looks at the page in a real Chromium, in both languages, light and dark, from 360 to 1280 pixels.

What it holds: nothing is asked of any other host and nothing fails; nothing is wider than the screen; everything one can
act on has a name and is reached by keyboard; text from records stays text; a query code is never in an address. It leaves
pictures in `.build/browser`. It needs Chromium, so it is not among the tests of `make test`.
"""

import base64
import re
import sys
import time
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from glasshall import Paper, read_keys, verify_receipt, write_paper

from chalicelib.routes.application import create_app
from local.gateway import Gateway
from tests.browser.chromium import BrowserError, Chromium
from tests.browser.deployment import CASE, card, deployment, stories
from tests.browser.finding import the_check, the_search
from tests.browser.lives import HOSTILE
from tests.browser.looking import DRAWN, PICTURES, Look
from tests.browser.views import VIEWS
from tests.world import World

PHONE = 360
WIDTHS = (PHONE, 768, 1280)
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
SCHEMES = ("light", "dark")
ACTED_ON = {"button", "link", "textbox", "combobox", "image", "meter", "group"}
DOWNLOAD_SECONDS = 10.0
A5_POINTS = (420, 595)
WATER_ACTS = 21
EXPECTED_404 = "missing"


def main() -> int:
    """Look at everything and say what is wrong."""
    world, code = deployment()
    codes = stories(world)
    VIEWS["card"] = f"#/card/{card(world)}"
    VIEWS["filing"] = f"#/filing/{world.json('/v1/disclosures/water')['filings'][0]['filing']}"
    wrong: list[str] = []
    try:
        with Chromium() as browser, Gateway(create_app, workers=1) as gateway:
            look = Look(browser, gateway.url, wrong)
            every_view(look)
            the_keyboard(look)
            the_search(look)
            the_charts(look)
            hostile_text(look)
            the_lives(look)
            the_case(look, code)
            the_enquiry(look)
            the_comment(look, world)
            the_check(look, world)
            the_stories(look, codes)
            the_paper(look, code)
            the_crowd(look, code)
            the_reference(look)
    except BrowserError as error:
        print(f"The browser: {error}", file=sys.stderr)
        return 2
    for line in wrong:
        print(line)
    seen = len(VIEWS) * len(WIDTHS) * len(LANGUAGES) * len(SCHEMES)
    print(f"{seen} views looked at until {world.now:%Y-%m-%d}; {len(wrong)} things wrong; pictures in {PICTURES}")
    return 1 if wrong else 0


def every_view(look: Look) -> None:
    """Each view in each language, scheme and width."""
    for width, scheme, language in product(WIDTHS, SCHEMES, LANGUAGES):
        look.screen(width)
        look.browser.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        look.language(language)
        for name, address in VIEWS.items():
            look.open(address)
            where = f"{name} {language} {scheme} {width}"
            one_view(look, where, LANGUAGES[language], name)
            look.picture(where.replace(" ", "-"))


def one_view(look: Look, where: str, tag: str, name: str) -> None:
    """What holds of every view."""
    run = look.browser.run
    look.hold(run("document.documentElement.lang") == tag, f"{where}: not in its language")
    # Not `innerWidth`: on a phone the browser widens that to what is too wide.
    look.hold(run("document.documentElement.scrollWidth <= screen.width"), f"{where}: wider than the screen")
    look.hold(run("document.querySelectorAll('h1').length") == 1, f"{where}: not one heading of the first rank")
    strangers = [asked for asked in look.requested() if not asked.startswith(f"{look.url}/")]
    look.hold(not strangers, f"{where}: asked elsewhere {strangers}")
    complaints = [told for told in look.complaints() if not (name == EXPECTED_404 and "404" in told)]
    look.hold(not complaints, f"{where}: {complaints}")
    nodes = look.browser.send("Accessibility.getFullAXTree")["nodes"]
    unnamed = [node["role"]["value"] for node in nodes if _acted_on(node) and not node.get("name", {}).get("value")]
    look.hold(not unnamed, f"{where}: without a name {unnamed}")
    failed = run("document.querySelector('main > .failure')?.textContent")
    look.hold(not failed or name == EXPECTED_404, f"{where}: {failed}")
    if name not in ("case", EXPECTED_404):
        look.hold(
            run("!!document.querySelector('main .source a[href*=\"/v1\"]')"), f"{where}: no way to the data itself"
        )


def _acted_on(node: dict[str, Any]) -> bool:
    return not node.get("ignored") and node.get("role", {}).get("value") in ACTED_ON - {"group"}


def the_keyboard(look: Look) -> None:
    """The first stop leads past the navigation; the language and more of a list are had without a mouse."""
    look.open("#/services")
    look.browser.press("Tab")
    focused = "document.activeElement"
    look.hold(look.browser.run(f"{focused}.className") == "skip", "the first stop of the keyboard is not the way past")
    look.browser.press("Enter")
    look.hold(look.browser.run(f"{focused}.id") == "main", "the way past does not lead to the content")
    look.browser.run("document.querySelector('[data-language=en]').focus()")
    look.browser.press("Enter")
    look.browser.wait(f"document.documentElement.lang === 'en-GB' && {DRAWN}")
    before = look.browser.run("document.querySelectorAll('.records > li').length")
    look.browser.run("document.querySelector('button.more').focus()")
    look.browser.press("Enter")
    look.browser.wait(f"document.querySelectorAll('.records > li').length > {before}")
    place = f"[...document.querySelectorAll('.records > li')].indexOf({focused}.closest('li'))"
    look.browser.wait(f"{place} === {before}")
    look.browser.run(
        "const agency = document.querySelector('select[name=agency]'); agency.focus(); agency.value = 'bureau'"
    )
    look.browser.run(
        "document.querySelector('select[name=agency]').dispatchEvent(new Event('change', {bubbles: true}))"
    )
    look.browser.wait(f"location.hash.includes('agency=bureau') && {focused}.name === 'agency' && {DRAWN}")
    look.browser.run("document.querySelector('.records a').focus()")
    look.browser.press("Enter")
    look.browser.wait(f"location.hash.startsWith('#/service/') && {DRAWN} && {focused}.tagName === 'H1'")


def the_charts(look: Look) -> None:
    """Every chart has a title, a description, and the same figures in a table."""
    look.open("#/service/full")
    charts = look.browser.run("document.querySelectorAll('.chart').length")
    look.hold(charts == 2, f"{charts} charts instead of 2")
    told = (
        "[...document.querySelectorAll('.chart svg[role=img]')].every((one) => one.querySelector('title').textContent"
    )
    look.hold(look.browser.run(f"{told} && one.querySelector('desc').textContent)"), "a chart without its words")
    lines = "document.querySelector('.chart').querySelectorAll('.stage .line-0 .dot').length"
    cells = "document.querySelector('.chart').querySelectorAll('tbody td:nth-child(2)')"
    rows = f"[...{cells}].filter((cell) => cell.textContent !== '—').length"
    marks, figures = look.browser.run(lines), look.browser.run(rows)
    look.hold(marks == figures > 0, f"{marks} marks, {figures} figures in the table")


def hostile_text(look: Look) -> None:
    """What a record says is text, whatever it looks like."""
    look.open("#/service/hostile")
    look.hold(look.browser.run("document.querySelector('h1').textContent") == HOSTILE, "a title is not shown as it is")
    look.hold(
        look.browser.run("document.querySelectorAll('main img, main script').length") == 0, "a title became markup"
    )


def the_lives(look: Look) -> None:
    """A life is told whole and in order, in words; a text shown before its approval says so, and so do steps that are missing."""
    steps = "[...document.querySelectorAll('.life > li > .index')].map((one) => Number(one.textContent.slice(1)))"
    for language in LANGUAGES:
        look.language(language)
        look.open("#/disclosure/water")
        indexes = look.browser.run(steps)
        look.hold(len(indexes) == WATER_ACTS and indexes == sorted(indexes), f"the life of a text: {indexes}")
        look.browser.wait("!!document.querySelector('.changed del') && !!document.querySelector('.changed ins')")
        for record, notes, missing in (("water", 1, 0), ("flood", 1, 0), ("heat", 0, 7)):
            look.open(f"#/disclosure/{record}")
            told = look.browser.run("document.querySelectorAll('main > .note').length")
            left = look.browser.run("document.querySelectorAll('.progress li:not(.past)').length")
            look.hold((told, left) == (notes, missing), f"{record} {language}: {told} notes, {left} steps missing")
            bare = look.browser.run("document.querySelector('main').innerText.match(/[a-z]+_[a-z_]+|undefined|NaN/g)")
            look.hold(not bare, f"{record} {language}: codes instead of words {bare}")


def the_case(look: Look, code: str) -> None:
    """A printed paper's address is cleared at once; the code opens the case and is in no address."""
    paper = Paper(CASE, code, {"zh": "事项"}, {"zh": "机关"}, f"{look.url}/", "2026-11-23")
    look.open(paper.address.removeprefix(f"{look.url}/"))
    look.hold(look.browser.run("location.hash") == "#/case", "the code stays in the address")
    look.hold(look.browser.run("document.querySelector('#query-code').value") == code, "the code was not taken over")
    other = look.browser.run("document.querySelector('[data-language][aria-pressed=false]').dataset.language")
    look.browser.run(f"document.querySelector('[data-language={other}]').click()")
    look.browser.wait(f"document.documentElement.lang === '{LANGUAGES[other]}' && {DRAWN}")
    look.hold(
        look.browser.run("document.querySelector('#query-code').value") == code, "the other language lost the code"
    )
    look.browser.run("document.querySelector('#query-code').focus()")
    look.browser.press("Enter")
    look.browser.wait("!!document.querySelector('.sentence')")
    look.picture("case-shown")
    the_receipt(look)
    asked = [address for address in look.requested() if not address.startswith(f"{look.url}/#")]
    look.hold(not any(code in address for address in asked), "the code stood in an address")
    kept = "JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + document.cookie"
    look.hold(code not in look.browser.run(kept), "the code is kept")
    look.browser.run("location.hash = '#/case'; location.reload()")
    look.browser.wait(f"{DRAWN} && !!document.querySelector('#query-code')")
    look.hold(look.browser.run("document.querySelector('#query-code').value") == "", "the code survives a reload")


def the_enquiry(look: Look) -> None:
    """What is sent twice because the answer was lost is one enquiry; its code is in no address and is kept nowhere."""
    look.open("#/enquiry")
    for name, value in (("agency", "bureau"), ("subject", "一"), ("text", "二")):
        field = f"document.querySelector('#enquiry-{name}')"
        look.browser.run(
            f"{field}.value = '{value}'; for (const kind of ['input', 'change']) "
            f"{field}.dispatchEvent(new Event(kind, {{bubbles: true}}))"
        )
    look.browser.run(
        "window.real = fetch; window.fetch = (...asked) => real(...asked).then(() => { throw new TypeError(); })"
    )
    look.browser.run("document.querySelector('.enquiry .primary').click()")
    look.browser.wait("!!document.querySelector('.enquiry .told').textContent")
    look.browser.run("window.fetch = window.real; document.querySelector('.enquiry .primary').click()")
    look.browser.wait("!!document.querySelector('#enquiry-code')")
    look.picture("enquiry-sent")
    puts = {address for address in look.requested() if "/v1/enquiries/" in address}
    look.hold(len(puts) == 1, f"sent again to another place: {puts}")
    code = look.browser.run("document.querySelector('#enquiry-code').textContent")
    kept = "JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + document.cookie"
    look.hold(code not in look.browser.run(kept), "the code of an enquiry is kept")
    look.browser.run("document.querySelector('a.primary').click()")
    look.browser.wait(f"location.hash === '#/case' && document.querySelector('#query-code')?.value === '{code}'")


def the_comment(look: Look, world: World) -> None:
    """A comment on a draft, on a phone: sent once though the answer was lost, its receipt kept, its text and e-mail not."""
    clock = f"Date.now = () => {int(world.now.timestamp() * 1000)}"  # the browser's is not the deployment's
    script = look.browser.send("Page.addScriptToEvaluateOnNewDocument", source=clock)["identifier"]
    look.screen(PHONE)
    look.language("en")
    look.open("#/disclosure/draft")
    for name, value in (("text", "白天太贵"), ("email", "reader@example.cn")):
        look.browser.run(f"document.querySelector('#comment-{name}').value = '{value}'")
    look.browser.run(
        "window.real = fetch; window.fetch = (...asked) => real(...asked).then(() => { throw new TypeError(); })"
    )
    look.browser.run("document.querySelector('#comment .primary').click()")
    look.browser.wait("!!document.querySelector('#comment .told').textContent")
    look.browser.run("window.fetch = window.real; document.querySelector('#comment .primary').click()")
    look.browser.wait("!!document.querySelector('.receipts li')")
    puts = {address for address in look.requested() if "/comments/" in address and "/v1/disclosures/" in address}
    look.hold(len(puts) == 1, f"a comment sent again to another place: {puts}")
    kept = look.browser.run("JSON.stringify({...localStorage}) + document.cookie")
    look.hold("太贵" not in kept and "reader@" not in kept, f"what was written is kept: {kept}")
    one_view(look, "a comment sent", LANGUAGES["en"], EXPECTED_404)  # it is not public yet
    look.picture("comment-sent")
    look.browser.send("Page.removeScriptToEvaluateOnNewDocument", identifier=script)


def the_stories(look: Look, codes: dict[str, str]) -> None:
    """Every state of a case, on a phone and in both languages: nothing too wide, nothing without a name, no code in words."""
    look.screen(PHONE)
    for (case_no, code), language in product(codes.items(), LANGUAGES):
        look.language(language)
        look.open(f"#case={case_no}&code={code}")
        look.browser.run("document.querySelector('#query-code').focus()")
        look.browser.press("Enter")
        look.browser.wait("!!document.querySelector('.sentence') && !!document.querySelector('.life li')")
        one_view(look, f"{case_no} {language}", LANGUAGES[language], "case")
        focused = look.browser.run("document.activeElement.className")
        look.hold(focused == "sentence", f"{case_no}: the focus is not where the case begins")
        bare = look.browser.run("document.querySelector('main').innerText.match(/[a-z]+_[a-z_]+|undefined|null|NaN/g)")
        look.hold(not bare, f"{case_no} {language}: codes instead of words {bare}")
        look.picture(f"{case_no}-{language}")


def the_receipt(look: Look) -> None:
    """What the page saves is a receipt that holds."""
    with TemporaryDirectory() as folder:
        look.browser.send("Page.setDownloadBehavior", behavior="allow", downloadPath=folder)
        look.browser.run("document.querySelector('#receipt').click()")
        file = Path(folder) / f"receipt-{CASE}.json"
        until = time.monotonic() + DOWNLOAD_SECONDS
        while not file.exists() and time.monotonic() < until:
            look.browser.run("new Promise((done) => setTimeout(done, 100))")
        keys = look.browser.run("fetch('v1/receipt-keys').then((answer) => answer.text())")
        saved = file.read_bytes() if file.exists() else b""
    failures = verify_receipt(saved, read_keys(keys.encode())).failures
    look.hold(not failures, f"the receipt that was saved does not hold: {failures}")


def the_paper(look: Look, code: str) -> None:
    """The paper prints on one sheet of A5, however long the names are, and asks nothing of anybody."""
    title = {
        "zh": "企业、事业单位、社会团体等投资建设的固定资产投资项目备案",
        "en": "Filing of investment projects in fixed assets",
    }
    agency = {"zh": "广安市广安区经济和信息化局", "en": "Guang'an Bureau of Economy and Information Technology"}
    PICTURES.mkdir(parents=True, exist_ok=True)
    file = (PICTURES / "paper.html").absolute()
    write_paper(Paper(CASE, code, title, agency, f"{look.url}/", "2026-11-26"), file)
    look.browser.events.clear()
    look.browser.send("Page.navigate", url=file.as_uri())
    look.browser.wait("document.readyState === 'complete' && !!document.querySelector('svg path')")
    look.hold(look.requested() == [file.as_uri()], f"the paper asked for {look.requested()}")
    look.hold(not list(look.complaints()), f"the paper: {list(look.complaints())}")
    printed = base64.b64decode(look.browser.send("Page.printToPDF", preferCSSPageSize=True)["data"])
    sheets = re.findall(rb"/Type\s*/Page\b.*?/MediaBox\s*\[0 0 ([0-9.]+) ([0-9.]+)\]", printed, re.DOTALL)
    sizes = [(round(float(width)), round(float(height))) for width, height in sheets]
    look.hold(sizes == [A5_POINTS], f"the paper is printed on {sizes}")
    look.picture("paper")


def the_crowd(look: Look, code: str) -> None:
    """Where others have used up the tries of the network, the page does the work and the holder gets in."""
    wrong = """fetch('/v1/cases/%s/tokens', {method: 'POST', headers: {'Content-Type': 'application/json'},
      body: '{"query_code": "0000-0000-000"}'}).then((answer) => answer.status)"""
    look.open("#/case")
    tried = look.browser.run(f"Promise.all(Array.from({{length: 12}}, () => {wrong % CASE}))")
    look.hold(429 in tried, "the tries of the network are not used up")
    look.open(f"#case={CASE}&code={code}")
    look.browser.run("document.querySelector('#query-code').focus()")
    look.browser.press("Enter")
    look.browser.wait("!!document.querySelector('.sentence')")


def the_reference(look: Look) -> None:
    """The reference is drawn, and asks nothing of any other host that is let through."""
    look.browser.send("Page.navigate", url=f"{look.url}/docs")
    look.browser.wait("document.readyState === 'complete' && document.querySelectorAll('#reference h2').length > 5")
    look.picture("reference", whole=False)


if __name__ == "__main__":
    sys.exit(main())
