import pytest

from harness.audit.form_finder import candidates, is_clear

IMAGE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="
PICTURE = f'<img {{}} src="{IMAGE}" width=120 height=40>'
LOGIN = (
    f'<form action=/search><input name=q><button>find</button></form><img src="{IMAGE}" width=200 '
    "height=60 class=logo>"
    "<form id=login><input name=user><input name=pass type=password>"
    f'<img class="secimg" src="{IMAGE}" width=120 height=40>'
    '<input name=vcode placeholder="Security code">'
    "<button type=reset>clear</button><button>log in</button></form>"
)


@pytest.fixture
def page(captcha_browser):
    context = captcha_browser.new_context()
    yield context.new_page()
    context.close()


def test_a_captcha_is_found_among_other_things_of_a_page(page):
    page.set_content(LOGIN)
    found = candidates(page)
    assert is_clear(found)
    assert (found[0].image, found[0].answer) == ("#login > img", 'input[name="vcode"]')
    assert page.query_selector(found[0].submit).inner_text() == "log in"


@pytest.mark.parametrize(
    "picture",
    [
        PICTURE.format("id=c"),
        "<canvas id=c width=150 height=50></canvas>",
        "<svg id=c width=150 height=50><path d='M0 0h9'/></svg>",
        '<div id=c style="width:120px;height:40px;background-image:url(x.png)"></div>',
    ],
)
def test_each_kind_of_picture_is_found(page, picture):
    page.set_content(f"<form>{picture}<input name=code><button>go</button></form>")
    (found,) = candidates(page)
    assert found.image == "#c"


def test_two_that_look_alike_are_asked_about(page):
    field = PICTURE.format("") + "<input name=code{}><button>go</button>"
    page.set_content(f"<form>{field.format(1)}</form><form>{field.format(2)}</form>")
    assert not is_clear(candidates(page))


@pytest.mark.parametrize("html", ["", "<p>nothing</p>", "<form><input><button>go</button></form>"])
def test_a_page_without_a_captcha_has_no_candidate(page, html):
    page.set_content(html)
    assert candidates(page) == []
