"""Page of playwright whose calls are awaited, by whichever of its two interfaces it was opened.

Visits that go on at once are coroutines of one loop. Playwright's synchronous interface runs such a
loop itself: what is written here once serves both.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from playwright import async_api, sync_api

Argument: TypeAlias = str | Sequence[str]
Json: TypeAlias = dict[str, Any]  # what a script gives, by script
Result = TypeVar("Result")
# Scrolled to, and what its border and padding take.
CONTENT = """frame => {
  frame.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
  const style = getComputedStyle(frame);
  return ["Left", "Top"].map(side =>
    parseFloat(style[`border${side}Width`]) + parseFloat(style[`padding${side}`]));
}"""


class AwaitedPage:
    """The calls of a page that visits are made of."""

    def __init__(self, page: "sync_api.Page | async_api.Page") -> None:
        """Wrap a page; it stays usable by the interface that opened it."""
        from playwright import async_api

        # Playwright keeps one wrapper for each object: asked by another interface it would give
        # the wrong one. These are wrapped anew.
        self._page = async_api.Page(page._impl_obj)
        self._keyboard = async_api.Keyboard(page._impl_obj.keyboard)
        self._mouse = async_api.Mouse(page._impl_obj.mouse)

    async def open(self, url: str) -> None:
        """Load a page, and wait until its images and scripts are there."""
        await self._page.goto(url, wait_until="load")

    async def evaluate(self, script: str, argument: Argument, seconds: float) -> Json:
        """Evaluate a script with a time limit, in the page and then in frames of another origin.

        A page whose own scripts never end does not answer. Playwright's evaluate would wait for
        ever, and what it has with a limit loads a script of its own: this is the call below it.

        Raises:
            TimeoutError: Python's, not playwright's.
        """
        page = self._page._impl_obj
        seen = cast("Json", await asyncio.wait_for(page.evaluate(script, argument), seconds))
        if "lacks" in seen and len(page.frames) > 1:
            inside = await asyncio.wait_for(self._in_frames(script, argument), seconds)
            return seen if inside is None else inside
        return seen

    async def _in_frames(self, script: str, argument: Argument) -> Json | None:
        """Evaluate a script in frames that the page's own scripts cannot look into.

        Returns:
            What it gave in the first where nothing is lacking, with x and y in the page's window.
        """
        from playwright.async_api import Error

        for frame in self._page._impl_obj.frames[1:]:
            try:
                seen = cast("Json", await frame.evaluate(script, argument))
                if "lacks" in seen:
                    continue
                if "x" in seen:
                    left, top = await self._corner(frame)
                    seen |= {"x": seen["x"] + left, "y": seen["y"] + top}
            except Error:  # the frame has gone
                continue
            return seen
        return None

    async def _corner(self, frame: Any) -> tuple[float, float]:
        """Find where the content of a frame begins in the page's window."""
        from playwright import async_api

        element = await async_api.Frame(frame).frame_element()
        begins = await element.evaluate(CONTENT)
        box = await element.bounding_box()
        await element.dispose()
        return (box["x"] + begins[0], box["y"] + begins[1]) if box else (0.0, 0.0)

    async def screenshot(self, clip: "async_api.FloatRect | None" = None) -> bytes:
        """Take a picture of a part of the page, or of what is seen of it: PNG of device pixels."""
        return await self._page.screenshot(clip=clip, scale="device", caret="initial")

    async def insert(self, text: str) -> None:
        """Type a text where the focus is."""
        await self._keyboard.insert_text(text)

    async def click(self, x: float, y: float) -> None:
        """Press and release the mouse at a point of the window."""
        await self._mouse.click(x, y)


def complete(
    owner: "sync_api.Page | sync_api.Browser", coroutine: Coroutine[Any, Any, Result]
) -> Result:
    """Carry out a coroutine in the loop of playwright's synchronous interface."""
    return cast("Result", owner._sync(coroutine))


def awaited_browser(browser: "sync_api.Browser") -> "async_api.Browser":
    """Wrap a browser for the coroutines that `complete` carries out."""
    from playwright import async_api

    return async_api.Browser(browser._impl_obj)
