"""A visitor who looks for records, and one who checks the register in their own browser."""

import orjson

from tests.browser.looking import DRAWN, Look
from tests.world import World


def the_search(look: Look) -> None:
    """Words are looked for without a mouse; what is found is marked as text, counted, and narrowed by a link to a part of it."""
    look.open("#/disclosures")
    look.browser.run("const box = document.querySelector('[name=q]'); box.focus(); box.value = ' 方案 '")
    look.browser.press("Enter")
    look.browser.wait(f"location.hash === '#/disclosures?q=%E6%96%B9%E6%A1%88' && {DRAWN}")
    look.hold(look.browser.run("document.activeElement.name") == "q", "the focus has left the words")
    found = look.browser.run("document.querySelectorAll('.records > li').length")
    hits = "[...document.querySelectorAll('.records > li')].every((one) => one.querySelector('mark').textContent === '方案')"
    look.hold(found > 1 and look.browser.run(hits), f"{found} found, or not marked")
    told = look.browser.run("document.querySelector('.found [role=status]').textContent.match(/[0-9]+/)[0]")
    look.hold(int(told) == found, f"{told} told, {found} shown")
    part = "document.querySelector('ul.facets a')"
    count = int(look.browser.run(f"{part}.querySelector('span').textContent"))
    look.browser.run(f"{part}.focus()")
    look.browser.press("Enter")
    look.browser.wait(f"location.hash.includes('&') && {DRAWN}")
    shown = look.browser.run("document.querySelectorAll('.records > li').length")
    look.hold(shown == count, f"a part of {count} shows {shown}")


def the_check(look: Look, world: World) -> None:
    """The browser checks the register for itself, remembers it, sees that it only grew, and says so when it did not."""

    def verdict(address: str, wanted: str, *outcomes: str) -> None:
        look.open(address)
        found = look.browser.run("[...document.querySelectorAll('.checks > li')].map((one) => one.className)")
        told = look.browser.run("document.querySelector('.verdict')?.className")
        look.hold((told, found) == (f"verdict {wanted}", [*outcomes]), f"{address}: {told}, {found}")

    look.browser.run("localStorage.removeItem('glasshall-register')")
    verdict("#/check", "holds", "holds", "holds", "unknown")
    look.open("#/service/full")
    look.browser.run("document.querySelector('.source a[href^=\"#/check/\"]').click()")
    look.browser.wait(f"location.hash.startsWith('#/check/') && {DRAWN}")
    verdict(look.browser.run("location.hash"), "holds", *["holds"] * 6)
    world.service("s00", 2, "revise", title={"zh": "改"})
    world.log()
    world.pass_time(seconds=11)
    verdict("#/check", "holds", "holds", "holds", "holds")
    for change in ("root = btoa('x'.repeat(32))", "size = 99999", "origin = 'elsewhere/v1/register'"):
        kept = look.browser.run("localStorage.getItem('glasshall-register')")
        look.browser.run(
            "const kept = JSON.parse(localStorage.getItem('glasshall-register')); "
            f"kept.{change}; localStorage.setItem('glasshall-register', JSON.stringify(kept))"
        )
        look.open("#/check")
        fails = look.browser.run("document.querySelector('.verdict').className")
        look.hold(fails == "verdict fails", f"another register was taken: {change}")
        look.browser.run(f"localStorage.setItem('glasshall-register', {orjson.dumps(kept).decode()})")
