"""A person without a mouse: Tab, Shift+Tab, Enter, Space, and the letters."""

from playwright.sync_api import Page

MOST_STEPS = 60
WHERE = """() => {
  const at = document.activeElement;
  const box = at?.getBoundingClientRect();
  const lost = !at || at === document.body || !at.checkVisibility();
  return { lost, what: at?.outerHTML.slice(0, 90) ?? '', seen: Boolean(box?.width && box?.height) };
}"""


class Keyboard:
    """Goes through a page with the keyboard alone."""

    def __init__(self, page: Page) -> None:
        """Sit in front of the page."""
        self.page = page

    def go_to(self, selector: str, *, back: bool = False) -> "Keyboard":
        """Press Tab until the element has the focus; every stop on the way must be seen."""
        wanted = self.page.locator(f"{selector}:visible").first
        wanted.wait_for()
        passed = []
        for _ in range(MOST_STEPS):
            if wanted.evaluate("element => element === document.activeElement"):
                return self
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            passed.append(self.page.evaluate(WHERE)["what"])
        raise AssertionError(f"{selector} is not reached with Tab; passed {passed}")

    def stands(self) -> None:
        """The focus is on something one can see."""
        self.page.wait_for_timeout(100)
        where = self.page.evaluate(WHERE)
        assert not where["lost"], f"the focus got lost at {where['what']}"

    def press(self, key: str) -> None:
        """Press one key."""
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type over what stands there."""
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
